/**
 * A child with two gateways of which both come and go, and of which the other takes in what it
 * should and now and then what it should not. The naive reading asks of each moment alone: was its
 * own away then, since when, and when had it come back.
 */
import { GATEWAY_OPS, type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import type { FallBackOracle } from './fall-back.ts';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const [OWN, OTHER, CHILD] = [0, 1, 2];
const AFTER_MS = 4000;
const HOLD_MS = 3000;
/** What a bus or a busy machine may add, and how much sooner than it is a moment may be told. */
const [LATE_MS, EARLY_MS] = [2500, 50];
const LENGTH = 60;

function planOf(): Plan {
  const plan = testPlan({ devices: 3, readings: LENGTH * 2, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const fallBack = { afterMs: AFTER_MS, holdMs: HOLD_MS };
  plan.entries = [entry, { ...entry, fallBack }];
  Object.assign(plan.devices[CHILD] ?? {}, { via: OWN, fallBack: OTHER, entry: 1 });
  return { ...plan, ops: layOps([GATEWAY_OPS]) };
}

export default defineHistories<'fall-back'>({
  oracle: 'fall-back',
  about: 'what another gateway took in out of turn, and when it had to take over',
  history(random: Random) {
    const entries: object[] = [];
    const tell = (op: string, t: number, device: number, fields: object): void => {
      entries.push({ t, op, device, ...fields });
    };
    const state = (t: number, device: number, runs: boolean): void =>
      tell('state', t, device, { state: runs ? 'power.on' : 'power.off' });
    const runs = [true, true, true];
    for (const device of [OWN, OTHER, CHILD]) state(0, device, true);
    const length = random.below(LENGTH);
    for (let second = 1; second < length; second++) {
      const t = second * 1_000_000 + 333_000;
      // Its own one comes and goes more often than the others.
      const device = [OWN, OWN, OWN, OTHER, CHILD][random.below(5)] ?? OWN;
      if (random.below(4) === 0) {
        runs[device] = !runs[device];
        state(t, device, runs[device] === true);
      }
      if (random.below(3) === 0)
        tell('gateway/took', t + 1000, OTHER, { child: CHILD, stream: 0, n: second, bytes: 1 });
    }
    return { plan: planOf(), entries: entries as LedgerEntry[] };
  },
  differences(oracle: FallBackOracle, history) {
    const all = entriesOf(history) as unknown as Event[];
    const end = all.at(-1)?.t ?? 0;
    const took = all.filter(({ op }) => op === 'gateway/took').map(({ t }) => t);
    const wrong = took.filter((t) => !mayTake(all, t));
    const taken = awayOf(all, OWN)
      .filter(({ from, to }) => to - from > (AFTER_MS + 2000 + LATE_MS) * 1000)
      .map(({ from, to }) => {
        const since = from + AFTER_MS * 1000;
        const until = Math.min(to, end);
        return took.some((t) => t >= since - EARLY_MS * 1000 && t <= until);
      });
    const story = oracle.of(CHILD);
    const is = [story?.outOfTurn.map(({ t }) => t), story?.absences.map(({ isTaken }) => isTaken)];
    const [said, due] = [is, [wrong, taken]].map((one) => JSON.stringify(one));
    return said === due ? [] : [`out of turn and taken over are ${said}, and should be ${due}`];
  },
});

interface Event {
  t: number;
  op: string;
  device: number;
  state: string;
}

const awayOf = (all: readonly Event[], device: number): { from: number; to: number }[] => {
  const own = all.filter((one) => one.op === 'state' && one.device === device);
  const first = own.findIndex(({ state }) => state === 'power.on');
  const turns = first < 0 ? own.slice(1) : own.slice(first);
  return turns.flatMap(({ t, state }, at) => {
    if (state === 'power.on' || (at > 0 && turns[at - 1]?.state === state)) return [];
    const back = turns.slice(at).find((one) => one.state === 'power.on');
    return [{ from: t, to: back?.t ?? Number.POSITIVE_INFINITY }];
  });
};

/** Each absence that counts, with all that begin before its own has been back for long enough. */
const mayTake = (all: readonly Event[], t: number): boolean => {
  const away = awayOf(all, OWN);
  return away.some(({ from, to }, at) => {
    if (to - from < (AFTER_MS - EARLY_MS) * 1000) return false;
    let last = to;
    for (const next of away.slice(at + 1)) {
      if (next.from <= last + (HOLD_MS + EARLY_MS) * 1000) last = next.to;
      else break;
    }
    const begins = from + (AFTER_MS - EARLY_MS) * 1000;
    return t >= begins && t <= last + (HOLD_MS + LATE_MS) * 1000;
  });
};
