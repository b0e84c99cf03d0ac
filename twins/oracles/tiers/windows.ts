/**
 * What windows of readings come to, made from all of them at once: those of one window are put into
 * the order of their time, and each figure is looked up in that list. Sums are exact to the last
 * bit that counts (Neumaier's), whatever the order was in which somebody else added them.
 */
import { isMoreOf, readingIn } from '#kernel';

export interface TrueReading {
  n: number;
  at: number;
  /** Null where the ledger does not hold all of them. */
  values: Readonly<Record<string, number>> | null;
}

/** What a target says of one signal of a window; it may say anything. */
export interface ToldSum {
  count: number;
  min: number;
  max: number;
  sum: number;
  first: readonly number[];
  last: readonly number[];
}

/** What one entry has no room for follows in the next; a part that is cut leaves all unknown. */
export function noteReading(
  readings: Map<number, TrueReading>,
  n: number,
  at: number,
  text: string,
): void {
  const [before, values] = [readings.get(n)?.values, readingIn(text)];
  const isMore = before != null && values !== null && isMoreOf(before, values);
  const whole = before === null ? null : values;
  readings.set(n, { n, at, values: isMore ? { ...before, ...values } : whole });
}

/** By the start of the window. */
export function windowsOf(
  readings: readonly TrueReading[],
  everyMs: number,
): ReadonlyMap<number, readonly TrueReading[]> {
  const sorted = [...readings].sort((a, b) => a.at - b.at || a.n - b.n);
  return Map.groupBy(sorted, ({ at }) => at - (((at % everyMs) + everyMs) % everyMs));
}

/** What is not so of it, in a clause each; the readings are those of the window, by time. */
export function differences(
  readings: readonly TrueReading[],
  count: number,
  told: ReadonlyMap<string, ToldSum | null>,
): string[] {
  const wrong: string[] = [];
  if (count !== readings.length) wrong.push(`counts ${count} readings of ${readings.length}`);
  const known = readings.flatMap(({ values }) => (values === null ? [] : [values]));
  if (known.length < readings.length) return wrong;
  const signals = new Set(known.flatMap((values) => Object.keys(values)));
  for (const signal of told.keys()) {
    if (!signals.has(signal)) wrong.push(`tells of ${signal}, which was not measured`);
  }
  for (const signal of signals) {
    const sum = told.get(signal);
    if (sum === undefined || sum === null) wrong.push(`does not tell of ${signal}`);
    else wrong.push(...sumsDiffer(signal, known, sum));
  }
  return wrong;
}

function sumsDiffer(
  signal: string,
  readings: readonly Readonly<Record<string, number>>[],
  told: ToldSum,
): string[] {
  // By its own name alone: a signal may be called as what every object has.
  const values = readings.flatMap((reading) =>
    Object.hasOwn(reading, signal) ? [reading[signal] ?? Number.NaN] : [],
  );
  const sorted = [...values].sort((a, b) => a - b);
  const exact: [is: string, said: unknown, was: number | undefined][] = [
    ['count', told.count, values.length],
    ['min', told.min, sorted[0]],
    ['max', told.max, sorted.at(-1)],
    ['first', told.first?.[2], values[0]],
    ['last', told.last?.[2], values.at(-1)],
  ];
  const wrong = exact.flatMap(([is, said, was]) =>
    said === was ? [] : [`says ${signal} has the ${is} ${said}, and it was ${was}`],
  );
  const sum = sumOf(values);
  if (!(Math.abs(told.sum - sum) <= boundOf(values))) {
    wrong.push(`says ${signal} has the sum ${told.sum}, and it was ${sum}`);
  }
  return wrong;
}

/** Neumaier's: what is lost in each addition is kept aside. */
function sumOf(values: readonly number[]): number {
  let [sum, aside] = [0, 0];
  for (const value of values) {
    const next = sum + value;
    aside += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + aside;
}

/**
 * Whoever adds n numbers one by one, in whatever order, is off by no more than (n - 1) u Σ|v| and
 * what is of the order of u²; u is half of EPSILON. All of EPSILON leaves room for that, and for
 * the rounding of ours.
 */
const boundOf = (values: readonly number[]): number =>
  values.length * Number.EPSILON * values.reduce((sum, value) => sum + Math.abs(value), 0);
