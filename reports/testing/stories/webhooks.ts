/**
 * Stories about one device, of whose alarms somebody outside is told: he is told once, or takes
 * nothing for a while and is told again.
 */
import { ACT_OPS, type ActPlan, type FaultPlan, type Plan, RULE_OPS, type RulePlan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, faultPlan, healthy, type Story, tellFault } from '../story.ts';

const DEVICE = 0;
const READ = DRAINED + 200;
const RULE: RulePlan = {
  ...{ name: 'high', of: '', at: 2900, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 0, clearForMs: 0, deadlineMs: 500 },
  ...{ per: 'device', terms: [], window: null, silentMs: 0, changes: [] },
};
const NO_GUARD = { deadMs: 0, most: 0, overMs: 0, fleetMost: 0, fleetOverMs: 0 };

type Said = Partial<Record<'key' | 'why' | 'subject' | 'values', string>> &
  Partial<Record<'decided' | 'status' | 'version' | 'device', number>>;

class Told {
  readonly story: Story;
  readonly subject: string;
  #place = 0;

  /** Takes nothing in these whiles. */
  constructor(downs: { at: number; until: number }[] = [], faults: FaultPlan[] = []) {
    const at = { host: '127.0.0.1', port: 0, path: '/call', token: '' };
    const call: ActPlan = {
      ...{ name: 'call', rule: 'high', on: 'raised', does: { webhook: { ...at, downs } } },
      ...{ guard: NO_GUARD, at: 2900, stops: [] },
    };
    const workflows = [RULE, call].map((resolved, place) => {
      const workflow = place === 0 ? 'rules' : 'acts';
      return { workflow, session: workflow, resolved };
    });
    this.story = healthy({
      devices: 1,
      workflows: workflows as unknown as Plan['workflows'],
      ops: [RULE_OPS, ACT_OPS],
      faults,
    });
    for (const { id } of faults) tellFault(this.story, id);
    this.subject = this.story.plan.devices[DEVICE]?.id ?? '';
    this.story.add('acts/began', READ, { device: -1, act: 'call', from: 3000 });
    this.story.add('acts/whole', READ + 1, { device: DEVICE });
    this.story.add('acts/listened', READ + 2, { device: -1, by: 'call' });
  }

  decided(at: number, said: Said = {}): this {
    const { why = '', ...more } = said;
    const outcome = { done: why === '', why, by: '', place: this.#place++ };
    this.story.add('acts/decided', READ, { ...this.#factsOf(at), ...outcome, ...more });
    return this;
  }

  /** So long after the moment of the alarm. */
  called(at: number, afterMs = 60, said: Said = {}): this {
    const told = { by: 'call', status: 204, ...this.#factsOf(at), ...said };
    this.story.add('acts/called', at + afterMs, told);
    return this;
  }

  #factsOf(at: number) {
    const whose = { act: 'call', rule: RULE.name, version: 1, subject: this.subject };
    return {
      ...{ device: DEVICE, key: `call/${at}`, ...whose },
      ...{ at, decided: at + 45, values: '{"level":6}' },
    };
  }
}

const SLOW = faultPlan('f', {
  ...{ fault: 'slow-store', acts: 'inside', from: 5000, to: 16_000 },
  inside: { commitMs: 100, writeMs: 0 },
});

const once = (): Told => new Told().decided(4000).called(4000);
const refused = (): Told =>
  new Told([{ at: 4000, until: 6000 }]).decided(4000).called(4000, 60, { status: 503 });

const bent = (told: Told, bend: (told: Told) => unknown): Story => {
  told.story.fine();
  bend(told);
  return told.story;
};
const isCall = ({ op }: { op: string }): boolean => op === 'acts/called';

const toldOf: CheckerFixtures = {
  passing: {
    'each is told once': () => once().decided(5000).called(5000).story.fine(),
    'one is told twice, as it was not taken': () => refused().called(4000, 2500).story.fine(),
    'one is told twice, though it was taken': () => once().called(4000, 900).story.fine(),
    'one is held': () => once().decided(5000, { why: 'stopped' }).story.fine(),
    'one is decided near the end': () =>
      once()
        .decided(READ - 5000)
        .story.fine(),
    'its values come in another order': () =>
      new Told()
        .decided(4000, { values: '{"level":6,"lamp":1}' })
        .called(4000, 60, { values: '{"lamp":1,"level":6}' })
        .story.fine(),
  },
  failing: {
    'one is never told': () => once().story.fine().drop(isCall),
    'one is not told again': () =>
      refused()
        .called(4000, 2500)
        .story.fine()
        .drop(({ op, fields }) => op === 'acts/called' && fields.status === 204),
    'it is told again under another key': () =>
      bent(refused(), (told) => told.called(4000, 2500, { key: 'call/4000/1' })),
    'one is told that nobody decided': () => bent(once(), (told) => told.called(5000)),
    'one is told that was held': () =>
      bent(once().decided(5000, { why: 'stopped' }), (told) => told.called(5000)),
    'it is told with other values': () =>
      bent(new Told().decided(4000), (told) => told.called(4000, 60, { values: '{"level":7}' })),
    'it is told of another version': () =>
      bent(new Told().decided(4000), (told) => told.called(4000, 60, { version: 2 })),
    'it is told of somebody else': () =>
      bent(new Told().decided(4000), (told) => told.called(4000, 60, { subject: 'nobody' })),
    'nobody can read what comes': () =>
      bent(once(), ({ story }) =>
        story.add('acts/garbled', 5000, { device: -1, by: 'call', why: 'so', says: 'what?' }),
      ),
  },
  undecided: {
    'it takes nothing for nearly all of it': () =>
      new Told([
        { at: 4000, until: 12_000 },
        { at: 14_000, until: READ },
      ])
        .decided(4000)
        .called(4000, 60, { status: 503 }).story,
    'its disk is slow for nearly all of it, and one is never told': () =>
      new Told([], [SLOW]).decided(4000).story,
    'nobody listened to the end': () =>
      new Told().decided(4000).story.drop(({ op }) => op === 'acts/listened'),
    'one is told, and not all decisions were read': () =>
      once()
        .called(5000)
        .story.drop(({ op }) => op === 'acts/whole'),
  },
};

export default { 'webhook-told': toldOf };
