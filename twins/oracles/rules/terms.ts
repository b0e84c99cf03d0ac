/**
 * What several readings come to, told from the whole history: sums are differences of sums from the
 * beginning on, and what came last before a reading is looked for backwards.
 */
import type { TermPlan } from '#kernel';
import { type Condition, conditionOf, type Said, type Values } from './conditions.ts';

export interface Reading {
  device: number;
  n: number;
  /** By the device, and by the target; milliseconds. */
  at: number;
  received: number;
  values: Values;
  /** Nobody can read what it says. */
  isUnread?: true;
}

/** What is known of one moment. */
export interface Facts {
  values: Said;
  /** Names whose value was reckoned, with the size of what it was made of. */
  summed: Map<string, number>;
}

/** Of readings in the order of their times, for each what it says and what it looks back to. */
export function factsOf(terms: readonly TermPlan[], readings: readonly Reading[]): Facts[] {
  const even = evenSignals(terms, readings);
  const columns = terms.map((term) => ({
    term,
    tell: columnOf(term, readings, even),
    earliest: 0,
  }));
  return readings.map(({ at, values }, place) => {
    const own: Record<string, number> = { ...values };
    const summed = new Map<string, number>();
    for (const column of columns) {
      const { term, tell } = column;
      const { overMs, last, name } = term;
      // Times go on, and so does what is too early for the next of them.
      const isTooEarly = (one: number): boolean => (readings[one]?.at ?? at) <= at - overMs;
      while (overMs > 0 && isTooEarly(column.earliest)) column.earliest++;
      const first = Math.max(column.earliest, last > 0 ? place - last + 1 : 0);
      const told = tell(first, place);
      if (told === null) continue;
      own[name] = told.value;
      if (told.size !== undefined) summed.set(name, told.size);
    }
    return { values: own, summed };
  });
}

/** Of one window; its readings in the order of their times. `even`: of all that there are. */
export function windowFacts(
  terms: readonly TermPlan[],
  readings: readonly Reading[],
  isOf: (device: number, prefix: string) => boolean,
  even: ReadonlySet<string>,
): Facts {
  const values: Record<string, number> = {};
  const summed = new Map<string, number>();
  for (const term of terms) {
    const own = readings.filter(({ device }) => isOf(device, term.of));
    const told = columnOf(term, own, even)(0, own.length - 1);
    if (told === null) continue;
    values[term.name] = told.value;
    if (told.size !== undefined) summed.set(term.name, told.size);
  }
  return { values, summed };
}

interface Told {
  value: number;
  size?: number;
}

/** Whole numbers, and fractions with so few bits, are added up without any loss. */
const PARTS = 2 ** 10;
const isEven = (value: number): boolean => Number.isInteger(value * PARTS);

/**
 * Signals whose values come to the same in whatever order they are added up and taken away: each is
 * even, and all together are small enough. All that ever comes counts, since who keeps a sum along
 * may still have in it what a value before has lost.
 */
export function evenSignals(
  terms: readonly TermPlan[],
  readings: readonly Reading[],
): ReadonlySet<string> {
  const added = terms.filter(({ does }) => does === 'mean' || does === 'sum');
  const signals = new Set(added.flatMap(({ what: [signal = ''] }) => [signal]));
  const areEven = (signal: string): boolean => {
    let size = 0;
    return readings.every(({ values: { [signal]: value = 0 } }) => {
      size += Math.abs(value);
      return isEven(value) && size * PARTS <= Number.MAX_SAFE_INTEGER;
    });
  };
  return new Set([...signals].filter(areEven));
}

/** Of the readings from the first to the last of these places, both with them. */
type Tell = (first: number, last: number) => Told | null;

function columnOf(
  { does, what }: TermPlan,
  readings: readonly Reading[],
  even: ReadonlySet<string>,
): Tell {
  const [text = ''] = what;
  switch (does) {
    case 'mean':
    case 'sum':
      return added(does, text, readings, even.has(text));
    case 'min':
    case 'max':
      return extreme(does === 'min' ? 1 : -1, text, readings);
    case 'rise':
      return rising(text, readings);
    case 'steps':
      return inSteps(what.map(conditionOf), readings);
    default:
      return saying(does, conditionOf(text), readings);
  }
}

function added(
  does: 'mean' | 'sum',
  signal: string,
  readings: readonly Reading[],
  isExact: boolean,
): Tell {
  const values = readings.map((one) => one.values[signal]);
  const sum = sumsOf(values.map((value) => value ?? 0));
  const size = sumsOf(values.map((value) => Math.abs(value ?? 0)));
  const count = sumsOf(values.map((value) => (value === undefined ? 0 : 1)));
  return (first, last) => {
    const [all, own, of] = [count(first, last), sum(first, last), size(first, last)];
    if (does === 'sum') return all === 0 || isExact ? { value: own } : { value: own, size: of };
    if (all === 0) return null;
    const value = own / all;
    // A third is not the same number in every arithmetic, and a half is.
    const isWhole = isExact && isEven(value) && value * all === own;
    return isWhole ? { value } : { value, size: of / all };
  };
}

/**
 * What lies between two places comes to; what each addition loses is kept beside, since what came
 * long before must not tell in small numbers.
 */
function sumsOf(numbers: readonly number[]): (first: number, last: number) => number {
  const [sums, lost] = [[0], [0]];
  numbers.forEach((number, place) => {
    const before = sums[place] ?? 0;
    const sum = before + number;
    const added = sum - before;
    sums.push(sum);
    lost.push((lost[place] ?? 0) + (before - (sum - added)) + (number - added));
  });
  const between = (list: readonly number[], first: number, last: number): number =>
    (list[last + 1] ?? 0) - (list[first] ?? 0);
  return (first, last) => between(sums, first, last) + between(lost, first, last);
}

function extreme(sign: 1 | -1, signal: string, readings: readonly Reading[]): Tell {
  return (first, last) => {
    const own = readings
      .slice(first, last + 1)
      .map(({ values }) => values[signal])
      .filter((value) => value !== undefined)
      .sort((a, b) => sign * (a - b));
    return own[0] === undefined ? null : { value: own[0] };
  };
}

function rising(signal: string, readings: readonly Reading[]): Tell {
  const having = readings.flatMap(({ values }, place) =>
    values[signal] === undefined ? [] : [place],
  );
  return (first, last) => {
    const [from, to] = [
      readings[having[countBefore(having, first)] ?? -1],
      readings[having[countBefore(having, last + 1) - 1] ?? -1],
    ];
    if (from === undefined || to === undefined || to.at <= from.at) return null;
    const [was, is] = [from.values[signal] ?? 0, to.values[signal] ?? 0];
    const seconds = (to.at - from.at) / 1000;
    const value = (is - was) / seconds;
    // What has not changed does not rise, however that is reckoned.
    return { value, size: Math.abs(value) };
  };
}

function saying(does: string, condition: Condition, readings: readonly Reading[]): Tell {
  const places = readings.flatMap(({ values }, place) => (condition(values) ? [place] : []));
  return (first, last) => {
    const own = places.slice(countBefore(places, first), countBefore(places, last + 1));
    const all = last - first + 1;
    if (does === 'count') return { value: own.length };
    if (does === 'share') return all === 0 ? null : { value: own.length / all };
    if (does === 'devices') {
      return { value: new Set(own.map((place) => readings[place]?.device)).size };
    }
    const [latest, now] = [readings[own.at(-1) ?? -1], readings[last]];
    return latest === undefined || now === undefined
      ? null
      : { value: (now.at - latest.at) / 1000 };
  };
}

/** How many of ascending places come before one. */
function countBefore(places: readonly number[], end: number): number {
  let [from, to] = [0, places.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((places[middle] ?? end) < end) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** From the last of them backwards. */
function inSteps(conditions: readonly Condition[], readings: readonly Reading[]): Tell {
  return (first, last) => {
    let open = conditions.length - 1;
    if (conditions[open]?.(readings[last]?.values ?? {}) !== true) return { value: 0 };
    open--;
    for (let place = last - 1; place >= first && open >= 0; place--) {
      if (conditions[open]?.(readings[place]?.values ?? {}) === true) open--;
    }
    return { value: open < 0 ? 1 : 0 };
  };
}
