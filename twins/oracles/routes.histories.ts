/**
 * A child of whose readings each is taken in by one of its gateways, by both or by none, and
 * acknowledged or not, while commands go down. The naive reading tries every way in which what was
 * taken in may have reached the target, and asks by which gateway that would send: where all agree,
 * it has to be by that one.
 */
import { ACT_OPS, GATEWAY_OPS, type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import { defineHistories, entriesOf } from './histories.ts';
import type { RoutesOracle } from './routes.ts';
import { testPlan } from './testing/plan.ts';

const [OWN, OTHER, CHILD] = [0, 1, 2];
const [AFTER_MS, HOLD_MS] = [4000, 3000];
/** So well the clock of a target is known. */
const NEAR_US = 250_000;
const READINGS = 6;
const SECOND_US = 1_000_000;

function planOf(): Plan {
  const plan = testPlan({ devices: 3, readings: 120, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const fallBack = { afterMs: AFTER_MS, holdMs: HOLD_MS };
  plan.entries = [entry, { ...entry, fallBack }];
  Object.assign(plan.devices[CHILD] ?? {}, { via: OWN, fallBack: OTHER, entry: 1 });
  return { ...plan, ops: layOps([GATEWAY_OPS, ACT_OPS]) };
}

export default defineHistories<'routes'>({
  oracle: 'routes',
  about: 'by which of two gateways a command had to go',
  history(random: Random) {
    const entries: object[] = [];
    const tell = (op: string, t: number, device: number, fields: object): void => {
      entries.push({ t, op, device, ...fields });
    };
    for (const device of [OWN, OTHER, CHILD]) tell('state', 0, device, { state: 'power.on' });
    const fell = (2 + random.below(12)) * SECOND_US;
    const back = fell + (3 + random.below(20)) * SECOND_US;
    tell('state', fell, OWN, { state: 'power.off' });
    tell('state', back, OWN, { state: 'power.on' });
    const end = back + 12 * SECOND_US;
    const when = (): number => Math.round((random.below(1000) / 1000) * end);
    for (let n = 0; n < READINGS; n++) {
      const takers = [[OWN], [OTHER], [OWN, OTHER], []][random.below(4)] ?? [];
      const times = takers.map(() => when());
      takers.forEach((device, at) => {
        const said = { child: CHILD, stream: 0, n, bytes: 1 };
        tell('gateway/took', times[at] ?? 0, device, said);
      });
      const first = Math.min(...times);
      if (times.length > 0 && random.below(3) > 0) {
        tell('acked', first + random.below(2 * SECOND_US), CHILD, { stream: 0, n });
      }
    }
    for (let n = 0; n < 4; n++) {
      tell('acts/sent', end, CHILD, { key: `k${n}`, n, sent: Math.round(when() / 1000) });
    }
    entries.sort((a, b) => (a as Event).t - (b as Event).t);
    return { plan: planOf(), entries: entries as LedgerEntry[] };
  },
  differences(oracle: RoutesOracle, history) {
    const all = entriesOf(history) as unknown as Event[];
    const said = (oracle.of(CHILD)?.sent ?? []).map(({ n, due }) => `${n} ${due}`);
    const due = all
      .filter(({ op }) => op === 'acts/sent')
      .sort((a, b) => a.n - b.n)
      .map(({ n, sent }) => `${n} ${dueAt(all, sent * 1000)}`);
    const [is, should] = [said, due].map((one) => one.join(', '));
    return is === should ? [] : [`due are ${is}, and should be ${should}`];
  },
});

interface Event {
  t: number;
  op: string;
  device: number;
  state: string;
  n: number;
  sent: number;
}

function dueAt(all: readonly Event[], t: number): string {
  const [early, late] = [t - NEAR_US, t + NEAR_US];
  const ways = new Set([...waysAt(all, early), ...waysAt(all, late)]);
  if (ways.size > 1) return 'null';
  const [way] = ways;
  const [off, on] = ['power.off', 'power.on'].map(
    (state) => all.find((one) => one.device === OWN && one.t > 0 && one.state === state)?.t,
  );
  const fell = off ?? Number.POSITIVE_INFINITY;
  const back = on === undefined || on < fell ? Number.POSITIVE_INFINITY : on;
  if (way === 'own') return fell < late && early < back ? 'null' : 'own';
  const speaks = fell + AFTER_MS * 1000;
  return mayCount(all, { fell, speaks, back }) && speaks < late && early < back ? 'other' : 'null';
}

/** The other one had to take over, and did. */
function mayCount(
  all: readonly Event[],
  { fell, speaks, back }: { fell: number; speaks: number; back: number },
): boolean {
  const everyUs = 1_000_000;
  if (back - fell <= AFTER_MS * 1000 + 2 * everyUs + 2_500_000) return false;
  return all.some(
    ({ op, device, t }) =>
      op === 'gateway/took' && device === OTHER && t >= speaks - 50_000 && t <= back,
  );
}

/** By whom a target would send at that time, in each way in which things may have gone. */
function waysAt(all: readonly Event[], t: number): Set<string> {
  const taken = all.filter((one) => one.op === 'gateway/took' && one.t <= t);
  const acked = new Set(all.filter((one) => one.op === 'acked' && one.t <= t).map(({ n }) => n));
  const ways = new Set<string>();
  for (let mask = 0; mask < 2 ** taken.length; mask++) {
    const came = taken.filter((_, at) => ((mask >> at) & 1) === 1);
    const isSo = taken.every(({ n }) => !acked.has(n) || came.some((one) => one.n === n));
    if (!isSo) continue;
    const newest = Math.max(-1, ...came.map(({ n }) => n));
    const by = came.filter(({ n }) => n === newest).map(({ device }) => device);
    ways.add(by.length === 0 || by.includes(OWN) ? 'own' : 'other');
  }
  return ways;
}
