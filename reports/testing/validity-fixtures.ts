/**
 * Stories about the run itself: faults that did nothing, fleets that never sent, a harness that did
 * not keep up.
 */
import { MACHINE_OPS } from '#kernel';
import type { CheckerFixtures } from './checker-fixtures.ts';
import { told, withFault } from './fault-story.ts';
import misbehaved from './proof-stories/misbehaved.ts';
import stalled from './proof-stories/stalled.ts';
import targetDown from './proof-stories/target-down.ts';
import { faultPlan, healthy, type Setting, type Story, TELEMETRY, tellFault } from './story.ts';

/** Two that one item has drawn: whether each machine differs, and whether the second began. */
function drawn(differs: readonly [boolean, boolean], begins = true): Story {
  const one = (device: number) =>
    faultPlan(`wear@${device}`, { ...misbehaved.fault, drawnBy: 'wear', devices: [device] });
  const story = healthy({ ops: [MACHINE_OPS], faults: [one(0), one(1)] });
  differs.forEach((isOtherwise, device) => {
    if (device === 0 || begins) tellFault(story, `wear@${device}`);
    story.add('machine/measured', 7510, { device, n: 1, differs: isOtherwise });
  });
  return story;
}

/** What each proof makes of its fault is its own conformance; here it becomes a verdict. */
const faultEffective: CheckerFixtures = {
  passing: {
    ...stalled.happened,
    ...targetDown.happened,
    'of what was drawn, one had no effect where it fell': () => drawn([true, false]),
  },
  failing: {
    'nothing that was drawn had an effect': () => drawn([false, false]),
    'of what was drawn, one was never injected': () => drawn([true, false], false),
    ...stalled.idle,
    ...targetDown.idle,
    'it was never injected': () => healthy(withFault(stalled.fault)),
  },
  undecided: {
    ...stalled.unseen,
    ...targetDown.unseen,
    'we stood still through most of it': () =>
      told(stalled.fault).add('stall', 9500, { us: 2_400_000, process: 'harness' }),
    'nobody here knows its proof': () => told({ proof: { kind: 'bewitched' } }),
  },
};

const COMMANDED: Setting = {
  commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
};

const notVacuous: CheckerFixtures = {
  passing: {
    'everything planned occurred': () => healthy({ ...COMMANDED, entry: { retainStatus: true } }),
  },
  failing: {
    'a fleet that never sends': () =>
      healthy().drop((event) => ['sent', 'acked', 'observed', 'stored'].includes(event.op)),
    'commands were planned and none was sent': () =>
      healthy(COMMANDED).drop((event) => event.fields.stream === 3),
    'nothing was ever acknowledged': () => healthy().drop((event) => event.op === 'acked'),
    'nobody came online': () => healthy().drop((event) => event.op === 'online'),
  },
  undecided: {
    'a ledger in which nobody ever wrote': () => healthy().drop(() => true),
  },
};

/** Sends of the steady phase are this late. */
const late = (story: Story, us: number): Story =>
  story.change(
    (event) => event.op === 'sent' && event.fields.stream === TELEMETRY,
    (event) => ({ t: event.t + us / 1000, fields: { ...event.fields, late: 1000 + us } }),
  );

/** One process of ours did not come to its end. */
function unclosed(story: Story, segment: string): Story {
  story.unclosed = [segment];
  return story;
}

const REAL: Setting = { gear: 'real' };

const harnessHealthy: CheckerFixtures = {
  passing: {
    'a whole ledger, sends on time': () => healthy(REAL),
    'a target so slow to acknowledge that sends wait for it': () =>
      late(healthy({ ...REAL, entry: { everyMs: 20 } }), 80_000).change(
        (event) => event.op === 'acked',
        (event) => ({ t: event.t + 800 }),
      ),
    'a fault that was taken back': () => told(stalled.fault),
    'a stall before anything is measured': () =>
      healthy(REAL).add('stall', 1500, { us: 1_200_000, process: 'shard-0' }),
  },
  failing: {
    'sends are late': () => late(healthy(REAL), 80_000),
    'a torn segment': () => {
      const story = healthy();
      story.torn = 5;
      return story;
    },
    'a missing segment': () => {
      const story = healthy({ lanes: [0, 1] });
      story.missingLane = 1;
      return story;
    },
    'a shard that did not come to its end': () => unclosed(healthy(), 'shard-0'),
    'a harness that did not come to its end': () => unclosed(healthy(), 'harness'),
    'a fault that was never taken back': () =>
      told(stalled.fault).drop((event) => event.op === 'fault' && event.fields.injected === false),
    'an event loop that lags': () => {
      const story = healthy(REAL);
      for (let t = 2500; t < 19_000; t += 1000) {
        story.add('health', t, { lagUs: 250_000, process: 'shard-0' });
      }
      return story;
    },
    'a process that stood still for most of the time': () =>
      healthy().add('stall', 12_000, { us: 9_000_000, process: 'shard-0' }),
  },
  undecided: {
    'a shard that sleeps for a second': () =>
      healthy().add('stall', 9000, { us: 1_000_000, process: 'shard-0' }),
  },
};

export const validityFixtures: Record<string, CheckerFixtures> = {
  'fault-effective': faultEffective,
  'not-vacuous': notVacuous,
  'harness-healthy': harnessHealthy,
};
