/**
 * Gateways that take in, fall, come up, are connected and say when things came; mostly truly. The
 * naive reading looks back over everything for each stamp: when was that reading taken in, when had
 * the gateway come up, and had it been connected for long enough since then.
 */
import { CLOCK_OPS, GATEWAY_OPS, type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import type { ClockOracle } from './clock.ts';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const SYNC_MS = 1500;
const EVERY_MS = 1000;
const PPM = 1000;
const [GREY_MS, LEARNS_MS, LATE_MS] = [50, 1000, 3000];
const LENGTH = 80;

const planOf = (): Plan => {
  const plan = testPlan({ devices: 2, readings: LENGTH * 2, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const params = { sync: SYNC_MS, every: EVERY_MS, drift: PPM };
  plan.entries = [{ ...entry, parts: [{ kind: 'clock', params }] }, entry];
  Object.assign(plan.devices[1] ?? {}, { via: 0, entry: 1 });
  return { ...plan, ops: layOps([GATEWAY_OPS, CLOCK_OPS]) };
};

interface Event {
  t: number;
  op: string;
  n: number;
  at: number;
  estimated: boolean;
}

/** Milliseconds from which on the time was known to the gateway, as it was just before `t`. */
function knownFrom(all: readonly Event[], t: number): number {
  const past = all.filter((one) => one.t <= t);
  const since = past.slice(past.findLastIndex(({ op }) => op === 'boot') + 1);
  for (const [at, { op, t: from }] of since.entries()) {
    if (op !== 'online') continue;
    const until = since.slice(at).find((one) => one.op === 'offline')?.t ?? t;
    const isNow = since.slice(at).every((one) => one.op !== 'offline');
    if (isNow || until >= from + SYNC_MS * 1000) return from / 1000 + SYNC_MS;
  }
  return Number.POSITIVE_INFINITY;
}

export default defineHistories<'clock'>({
  oracle: 'clock',
  about: 'which times that gateways say are not true',
  history(random: Random) {
    const entries: Event[] = [];
    const tell = (op: string, t: number, fields: object): void => {
      entries.push({ t, op, device: 0, ...fields } as unknown as Event);
    };
    let bootedAt = 0;
    let isUp = false;
    let owed: { t: number; n: number }[] = [];
    const length = random.below(LENGTH);
    for (let second = 1; second < length; second++) {
      // Away from what is due in whole halves of a second.
      const t = second * 1_000_000 + 211_000;
      if (random.below(3) > 0) {
        tell('gateway/took', t, { child: 1, stream: 0, n: second, bytes: 1 });
        owed.push({ t, n: second });
      }
      if (random.below(4) === 0) {
        isUp = !isUp;
        tell(isUp ? 'online' : 'offline', t + 1000, { present: true, why: 'closed' });
      }
      if (random.below(15) === 0) {
        if (isUp) tell('offline', t + 2000, { why: 'power-cut' });
        isUp = false;
        tell('state', t + 2000, { state: 'power.off' });
        tell('boot', t + 3000, { epoch: 2, cause: 'power-on' });
        bootedAt = t + 3000;
        owed = [];
      }
      if (random.below(2) === 0) continue;
      for (const { t: due, n } of owed.splice(0, 1 + random.below(4))) {
        const isTrue = random.below(8) > 0;
        const at = isTrue ? due / 1000 : Math.max(0, (due - bootedAt) / 1000);
        const knew = due / 1000 >= knownFrom(entries, t);
        const estimated = random.below(10) === 0 ? knew : !knew;
        const other = random.below(25) === 0 ? 1000 : 0;
        tell('clock/stamped', t + 5000, { child: 1, n: n + other, at: Math.round(at), estimated });
      }
    }
    return { plan: planOf(), entries: entries as unknown as LedgerEntry[] };
  },
  differences(oracle: ClockOracle, history) {
    const all = entriesOf(history) as unknown as Event[];
    const wrong: string[] = [];
    const end = all.at(-1)?.t ?? 0;
    const bootBefore = (t: number): number =>
      all.findLast(({ op, t: at }) => op === 'boot' && at <= t)?.t ?? 0;
    const fellAfter = (t: number): boolean =>
      all.some(({ op, t: at }) => (op === 'boot' || op === 'state') && at > t);
    const done = new Set<number>();
    for (const [at, { op, t, n, at: said, estimated }] of all.entries()) {
      if (op !== 'clock/stamped') continue;
      const before = all.slice(0, at);
      const took = before.findLast((one) => one.op === 'gateway/took' && one.n === n);
      const isThere =
        took !== undefined &&
        !done.has(n) &&
        !before.some((one) => (one.op === 'boot' || one.op === 'state') && one.t > took.t);
      if (!isThere) {
        wrong.push(`not-there ${n}`);
        continue;
      }
      done.add(n);
      const drift = estimated ? ((took.t - bootBefore(took.t)) * PPM) / 1e6 : 0;
      if (Math.abs(said * 1000 - took.t) > GREY_MS * 1000 + drift) wrong.push(`other-time ${n}`);
      const known = knownFrom(before, t) * 1000;
      if (took.t < known - GREY_MS * 1000 && !estimated) wrong.push(`not-flagged ${n}`);
      if (took.t > known + LEARNS_MS * 1000 && estimated) wrong.push(`flagged ${n}`);
    }
    const upSince = all.findLast(({ op }) => op === 'online' || op === 'offline' || op === 'boot');
    const since = upSince?.op === 'online' ? upSince.t : Number.POSITIVE_INFINITY;
    const canSay = Math.max(since, knownFrom(all, end) * 1000);
    const tookAt = (n: number): number =>
      all.find((one) => one.op === 'gateway/took' && one.n === n)?.t ?? 0;
    const said = all.filter(({ op, n }) => op === 'clock/stamped' && done.has(n));
    for (const { op, t, n } of all) {
      if (op !== 'gateway/took' || done.has(n) || fellAfter(t)) continue;
      const isPassedOver = said.some((one) => tookAt(one.n) > t);
      const turn = isPassedOver ? canSay : Math.max(canSay, said.at(-1)?.t ?? 0);
      if (end - Math.max(t, turn) > (2 * EVERY_MS + LATE_MS) * 1000) wrong.push(`missing ${n}`);
    }
    const told = (oracle.of(0)?.wrong ?? []).map(({ what, n }) => `${what} ${n}`);
    const [is, should] = [told, wrong].map((list) => JSON.stringify([...list].sort()));
    return is === should ? [] : [`wrong are ${is}, and should be ${should}`];
  },
});
