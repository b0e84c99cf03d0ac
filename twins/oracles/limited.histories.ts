/**
 * Devices that measure themselves, with a statechart that mostly goes where it should. The naive
 * reading looks back from each reading for the last one that lay beyond either limit.
 */
import { type LedgerEntry, layOps, type Plan, type Random } from '#kernel';
import { defineHistories, entriesOf } from './histories.ts';
import type { LimitedOracle } from './limited.ts';
import { testPlan } from './testing/plan.ts';

const OPS = {
  'limited/measured': { device: 'device', n: 'count', value: 'text', held: 'boolean' },
} as const;
const FACTOR = 3;
const LENGTH = 80;

function planOf(random: Random): Plan {
  const plan = testPlan({ devices: 1, readings: LENGTH, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const limits = random.below(2) === 0 ? { enters: 3, leaves: 6 } : { enters: 6, leaves: 3 };
  const params = { watches: 'battery', factor: FACTOR, ...limits };
  plan.entries = [{ ...entry, parts: [{ kind: 'limited', params }] }];
  return { ...plan, ops: layOps([OPS]) };
}

interface Event {
  t: number;
  op: string;
  n: number;
  value: string;
  held: boolean;
  why: string;
  state: string;
}

/** By the last of the readings that lay at or beyond one of the limits; normal where none did. */
function shouldBe({ entries }: Plan, values: readonly (number | null)[]): boolean {
  const { enters, leaves } = entries[0]?.parts[0]?.params ?? {};
  const [worst, well] = [Number(enters), Number(leaves)];
  const isBad = (value: number): boolean => (worst < well ? value <= worst : value >= worst);
  const isWell = (value: number): boolean => (worst < well ? value >= well : value <= well);
  const told = values.findLast((value) => value !== null && (isBad(value) || isWell(value)));
  return told !== undefined && told !== null && isBad(told);
}

export default defineHistories<'limited'>({
  oracle: 'limited',
  about: 'in which mode a device should have been, and what it was to leave out',
  history(random) {
    const plan = planOf(random);
    const entries: object[] = [];
    const values: (number | null)[] = [];
    let isLimited = false;
    let level = 5;
    const length = random.below(LENGTH);
    for (let n = 0; n < length; n++) {
      const t = n * 1_000_000;
      level = Math.max(0, Math.min(9, level + random.below(5) - 2));
      const value = random.below(10) === 0 ? null : level;
      values.push(value);
      const due = shouldBe(plan, values);
      if (due !== isLimited && random.below(6) > 0) {
        isLimited = due;
        const state = due ? 'limited.limited' : 'limited.normal';
        entries.push({ t, op: 'state', device: 0, state });
      }
      const leaves = isLimited && n % FACTOR !== 0;
      const held = random.below(15) === 0 ? !leaves : leaves;
      const text = value === null ? '' : String(value);
      entries.push({ t, op: 'limited/measured', device: 0, n, value: text, held });
      if (held && random.below(12) > 0) {
        entries.push({ t, op: 'not-sent', device: 0, stream: 0, n, why: 'limited' });
      }
    }
    return { plan, entries: entries as LedgerEntry[] };
  },
  differences(oracle: LimitedOracle, history) {
    const values: (number | null)[] = [];
    const wrong: string[] = [];
    const all = entriesOf(history) as unknown as Event[];
    let [says, wasOff] = [false, false];
    let held = 0;
    for (const { op, n, value, held: isHeld, state } of all) {
      if (op === 'state') says = state === 'limited.limited';
      if (op !== 'limited/measured') continue;
      values.push(value === '' ? null : Number(value));
      const due = shouldBe(history.plan, values);
      const isOff = due !== says;
      if (isOff && !wasOff) wrong.push(`${due ? 'not-limited' : 'limited'} ${n}`);
      wasOff = isOff;
      if (isHeld) held++;
      if (isHeld !== (says && n % FACTOR !== 0)) wrong.push(`${isHeld ? 'held' : 'said'} ${n}`);
    }
    const owed = all
      .filter(({ op, held: isHeld }) => op === 'limited/measured' && isHeld)
      .map(({ n }) => n)
      .filter((n) => !all.some((one) => one.op === 'not-sent' && one.n === n));
    const story = oracle.of(0);
    const is = [story?.wrong.map(({ what, n }) => `${what} ${n}`), story?.unaccounted, story?.held];
    const [said, should] = [is, [wrong, owed, held]].map((one) => JSON.stringify(one));
    return said === should ? [] : [`it says ${said}, and should say ${should}`];
  },
});
