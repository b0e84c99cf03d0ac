/**
 * A child that sleeps, and what its parent keeps for it: given when it wakes or speaks, let go when
 * it is too old, and now and then otherwise. The naive reading lists all that happened to a message
 * and judges each by itself.
 */
import { GATEWAY_OPS, type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const GATEWAY = 0;
const CHILD = 1;
const COMMAND = 3;
const WAKES_MS = 5000;
const HOLDS_MS = 7680;
const ASIDE_US = 300_000;
const OPS = {
  ...GATEWAY_OPS,
  'gateway/brought': { ...GATEWAY_OPS['gateway/took'] },
} as const;

function planOf(): Plan {
  const plan = testPlan({ devices: 2, readings: 200, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const bus = { sleepy: { wakes: WAKES_MS, holds: HOLDS_MS, loss: 0 } };
  plan.entries = [
    { ...entry, id: 'gates', parts: [{ kind: 'gateway', params: { bus } }] },
    { ...entry, id: 'kids' },
  ];
  Object.assign(plan.devices[CHILD] ?? {}, { via: GATEWAY, entry: 1 });
  return { ...plan, ops: layOps([OPS]) };
}

interface Event {
  t: number;
  op: string;
  n: number;
  why: string;
}

export default defineHistories<'downlinks'>({
  oracle: 'downlinks',
  about: 'which messages went down to a sleepy child when they might not',
  history(random: Random) {
    const plan = planOf();
    const entries: object[] = [];
    let t = 0;
    let brought = 0;
    const waiting = new Map<number, number>();
    const drawn = (): number => [...waiting.keys()][random.below(waiting.size)] ?? 0;
    const length = random.below(50);
    for (let step = 0; step < length; step++) {
      t += random.below(2_500_000);
      const turn = random.below(10);
      const child = { device: CHILD, stream: COMMAND };
      if (turn < 3) {
        waiting.set(brought, t);
        const told = { device: GATEWAY, child: CHILD, stream: COMMAND, n: brought++, bytes: 9 };
        entries.push({ t, op: 'gateway/brought', ...told });
      } else if (turn < 5) {
        const told = { device: GATEWAY, child: CHILD, stream: 0, n: entries.length, bytes: 9 };
        entries.push({ t, op: 'gateway/took', ...told });
      } else if (waiting.size > 0) {
        const n = drawn();
        waiting.delete(n);
        if (turn < 8) {
          // Mostly when it wakes.
          if (random.below(3) > 0) t += 1000 * WAKES_MS - (t % (1000 * WAKES_MS));
          entries.push({ t, op: 'received', ...child, n, hash: 1, flags: 1 });
        } else entries.push({ t, op: 'let-go', ...child, n, why: 'held-too-long' });
      }
    }
    return { plan, entries: entries as LedgerEntry[] };
  },
  differences(oracle, history) {
    const events = entriesOf(history) as unknown as Event[];
    const story = oracle.of(CHILD);
    const says = (story?.mistakes ?? []).map(({ t, kind, n }) => `${kind} ${n} ${t}`).join(', ');
    const due = events.flatMap((event, at) => wrongIn(event, events.slice(0, at))).join(', ');
    return says === due ? [] : [`it says '${says}', and should say '${due}'`];
  },
});

function wrongIn(event: Event, before: readonly Event[]): string[] {
  const { t, op, n } = event;
  const broughtAt = before.find((one) => one.op === 'gateway/brought' && one.n === n)?.t;
  const isOver = before.some(({ op: other, n: m }) => m === n && ENDS.includes(other));
  const heard = before.filter((one) => one.op === 'gateway/took').map((one) => one.t);
  const age = broughtAt === undefined || isOver ? null : t - broughtAt;
  const told = (is: boolean, kind: string): string[] => (is ? [`${kind} ${n} ${t}`] : []);
  if (op === 'received') {
    const sinceWake = t % (1000 * WAKES_MS);
    const listens = sinceWake <= ASIDE_US || heard.some((at) => t - at <= ASIDE_US);
    return [
      ...told(!listens, 'not-listening'),
      ...told(age !== null && age > 1000 * HOLDS_MS + ASIDE_US, 'too-old'),
    ];
  }
  if (op !== 'let-go' || age === null || broughtAt === undefined) return [];
  const isEarly = age < 1000 * HOLDS_MS - ASIDE_US;
  const missed = heard.some((at) => at > broughtAt);
  return [...told(isEarly, 'let-go-early'), ...told(!isEarly && missed, 'not-given')];
}

const ENDS = ['received', 'let-go'];
