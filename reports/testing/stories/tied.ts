/**
 * Runs with a fault that is tied to a state of its devices, told by when they were in it and when
 * it acted on them.
 */
import type { FaultPlan, StateTie } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { told } from '../fault-story.ts';
import { faultPlan, type Setting, type Story } from '../story.ts';

const AWAY = 'connection.backoff';
const TIE: StateTie = { state: AWAY, forMs: 1000, ends: true };
const REAL: Setting = { gear: 'real' };

/** The fault `f` may act on devices 1 and 2 from 7 s to 10 s. */
const tied = (tie: Partial<StateTie> = {}, setting: Setting = {}): Story => {
  const over: Partial<FaultPlan> = { tie: { ...TIE, ...tie }, devices: [1, 2] };
  return told({ ...over, acts: 'device', proof: { kind: 'rebooted' } }, setting);
};

const enters = (story: Story, t: number, state: string, device = 1): Story =>
  story.add('state', t, { device, state });

/** In the state from `from` to `to`. */
const visit = (story: Story, from: number, to: number): Story =>
  enters(enters(story, from, AWAY), to, 'connection.connecting');

const strike = (story: Story, from: number, to: number, n = 0): Story =>
  story
    .add('struck', from, { device: 1, n, fault: 'f' })
    .add('relieved', to, { device: 1, n, fault: 'f' });

/** A visit of 600 ms, all of which it acts. */
const met = (setting: Setting = {}): Story => {
  const story = enters(tied({}, setting), 8000, AWAY).add('struck', 8000, {
    device: 1,
    n: 0,
    fault: 'f',
  });
  const left = enters(story, 8600, 'connection.connecting');
  return left.add('relieved', 8600, { device: 1, n: 0, fault: 'f' });
};

/** A toxic waits three seconds before it acts; it is due for one, and late are 100 ms. */
const waits = (to: number): Story => {
  const attributes = { timeout: 3000 };
  const toxics: FaultPlan['toxics'] = [{ type: 'reset_peer', stream: 'upstream', attributes }];
  const story = tied();
  story.plan.faults = story.plan.faults.map((one) => ({ ...one, toxics }));
  return strike(enters(story, 8000, AWAY), 8000, to);
};

const third = (): Story => {
  const story = tied({ nth: 3, ends: false });
  for (const at of [7200, 7600]) visit(story, at, at + 100);
  return story;
};

const tiedToState: CheckerFixtures = {
  passing: {
    'while it is in the state': () => met(),
    'no longer than it may': () =>
      enters(strike(enters(tied(), 8000, AWAY), 8000, 9000), 9700, 'connection.connecting'),
    'from the beginning, where it is in the state': () =>
      strike(enters(tied(), 6500, AWAY), 7000, 8000),
    'the third time': () => {
      const story = strike(enters(third(), 8500, AWAY), 8500, 9500);
      return enters(story, 8700, 'connection.connecting');
    },
    'another fault, which is tied to nothing, acts on somebody else': () => {
      const story = met().add('struck', 8000, { device: 3, n: 0, fault: 'g' });
      story.plan.faults.push(faultPlan('g', { devices: [3] }));
      return story;
    },
    'a reset is taken back as late as it waits': () => waits(12_100 - 1),
    'a proxy takes its time': () =>
      enters(strike(enters(tied({}, REAL), 8000, AWAY), 8000, 9400), 8500, 'connection.online'),
  },
  failing: {
    'in another state': () => strike(visit(tied(), 7500, 7900), 8000, 8500),
    'never, though it is in the state': () => visit(tied(), 8000, 9500),
    'for longer than it may': () => strike(enters(tied(), 8000, AWAY), 8000, 9900),
    'when it has left the state': () =>
      enters(strike(enters(tied(), 8000, AWAY), 8000, 8900), 8200, 'connection.online'),
    'the second time': () => strike(third(), 7600, 8600),
    'a device of somebody else': () =>
      enters(tied(), 8000, AWAY, 3).add('struck', 8000, { device: 3, n: 0, fault: 'f' }),
    'a reset that waits is taken back later than that': () => waits(12_100 + 1),
    'and is never over': () => met().drop(({ op }) => op === 'relieved'),
  },
  undecided: {
    'we stood still ourselves': () =>
      visit(tied({}, REAL), 7000, 9500).add('stall', 9000, { us: 1_000_000, process: 'shard-0' }),
  },
};

export default { 'tied-to-state': tiedToState };
