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
}

/** What is known of one moment. */
export interface Facts {
  values: Said;
  /** Names whose value was added up, with the size of what was. */
  summed: Map<string, number>;
}

/** Of readings in the order of their times, for each what it says and what it looks back to. */
export function factsOf(terms: readonly TermPlan[], readings: readonly Reading[]): Facts[] {
  const columns = terms.map((term) => ({ term, tell: columnOf(term, readings) }));
  return readings.map(({ at, values }, place) => {
    const own: Record<string, number> = { ...values };
    const summed = new Map<string, number>();
    for (const { term, tell } of columns) {
      const { overMs, last, name } = term;
      const earliest = overMs > 0 ? readings.findIndex((one) => one.at > at - overMs) : 0;
      const first = Math.max(earliest, last > 0 ? place - last + 1 : 0);
      const told = tell(first, place);
      if (told === null) continue;
      own[name] = told.value;
      if (told.size !== undefined) summed.set(name, told.size);
    }
    return { values: own, summed };
  });
}

/** Of one window; its readings in the order of their times. */
export function windowFacts(
  terms: readonly TermPlan[],
  readings: readonly Reading[],
  isOf: (device: number, prefix: string) => boolean,
): Facts {
  const values: Record<string, number> = {};
  const summed = new Map<string, number>();
  for (const term of terms) {
    const own = readings.filter(({ device }) => isOf(device, term.of));
    const told = columnOf(term, own)(0, own.length - 1);
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

/** Of the readings from the first to the last of these places, both with them. */
type Tell = (first: number, last: number) => Told | null;

function columnOf({ does, what }: TermPlan, readings: readonly Reading[]): Tell {
  const [text = ''] = what;
  switch (does) {
    case 'mean':
    case 'sum':
      return added(does, text, readings);
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

function added(does: 'mean' | 'sum', signal: string, readings: readonly Reading[]): Tell {
  const [sums, sizes, counts] = [[0], [0], [0]];
  readings.forEach(({ values }, place) => {
    const value = values[signal];
    sums.push((sums[place] ?? 0) + (value ?? 0));
    sizes.push((sizes[place] ?? 0) + Math.abs(value ?? 0));
    counts.push((counts[place] ?? 0) + (value === undefined ? 0 : 1));
  });
  const between = (list: readonly number[], first: number, last: number): number =>
    (list[last + 1] ?? 0) - (list[first] ?? 0);
  return (first, last) => {
    const count = between(counts, first, last);
    const sum = between(sums, first, last);
    const size = sizes.at(-1) ?? 0;
    if (does === 'sum') return count === 0 ? { value: 0 } : { value: sum, size };
    return count === 0 ? null : { value: sum / count, size };
  };
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
      readings[having.find((place) => place >= first) ?? -1],
      readings[having.findLast((place) => place <= last) ?? -1],
    ];
    if (from === undefined || to === undefined || to.at <= from.at) return null;
    const rise = (to.values[signal] ?? 0) - (from.values[signal] ?? 0);
    return { value: rise / ((to.at - from.at) / 1000) };
  };
}

function saying(does: string, condition: Condition, readings: readonly Reading[]): Tell {
  const places = readings.flatMap(({ values }, place) => (condition(values) ? [place] : []));
  return (first, last) => {
    const own = places.filter((place) => place >= first && place <= last);
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
