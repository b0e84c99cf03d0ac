/**
 * What several readings come to. A name that stands for nothing, such as the mean of no reading, is
 * left out, and a condition that speaks of it is not so.
 */
import { isOf } from '../../device-ids.ts';
import type { Values } from './condition.ts';
import type { Reading } from './rows.ts';
import type { Term } from './rule.ts';

/**
 * Beside what a reading says: of the readings up to it, in the order of their times, itself the
 * last.
 */
export function lookingBack(terms: readonly Term[], upTo: readonly Reading[]): Values {
  const latest = upTo.at(-1);
  if (latest === undefined) return {};
  const values: Record<string, unknown> = { ...latest.values };
  for (const term of terms) {
    const { overMs, last } = term;
    const recent = last > 0 ? upTo.slice(-last) : upTo;
    const from = latest.at - overMs;
    const own = overMs > 0 ? recent.filter(({ at }) => at > from) : recent;
    const value = cameTo(term, own);
    if (value !== null) values[term.name] = value;
  }
  return values;
}

/** Of a window; `readings` in the order of their times. */
export function summary(terms: readonly Term[], readings: readonly Reading[]): Values {
  const values: Record<string, unknown> = {};
  for (const term of terms) {
    const own = term.of === '' ? readings : readings.filter(({ device }) => isOf(term.of, device));
    const value = cameTo(term, own);
    if (value !== null) values[term.name] = value;
  }
  return values;
}

function cameTo(term: Term, readings: readonly Reading[]): number | null {
  const { does, signal, conditions } = term;
  const [condition] = conditions;
  if (condition === undefined) return ofSignal(does, signal, readings);
  if (does === 'steps') return stepsDone(conditions, readings);
  const own = readings.filter(({ values }) => condition(values));
  if (does === 'count') return own.length;
  if (does === 'share') return readings.length === 0 ? null : own.length / readings.length;
  if (does === 'devices') return new Set(own.map(({ device }) => device)).size;
  const [since, now] = [own.at(-1)?.at, readings.at(-1)?.at];
  return since === undefined || now === undefined ? null : (now - since) / 1000;
}

function ofSignal(does: string, signal: string, readings: readonly Reading[]): number | null {
  const own: { at: number; value: number }[] = [];
  for (const { at, values } of readings) {
    const value = values[signal];
    if (typeof value === 'number') own.push({ at, value });
  }
  const [first, last] = [own[0], own.at(-1)];
  if (first === undefined || last === undefined) return does === 'sum' ? 0 : null;
  if (does === 'rise') {
    return last.at > first.at ? (last.value - first.value) / ((last.at - first.at) / 1000) : null;
  }
  let [least, most, sum] = [first.value, first.value, 0];
  for (const { value } of own) {
    if (value < least) least = value;
    if (value > most) most = value;
    sum += value;
  }
  if (does === 'min') return least;
  if (does === 'max') return most;
  return does === 'sum' ? sum : sum / own.length;
}

/** 1 where the last reading ends them; how far they had come is told reading by reading. */
function stepsDone(
  conditions: readonly ((values: Values) => boolean)[],
  readings: readonly Reading[],
): number {
  let done = 0;
  const end = conditions.length - 1;
  for (const { values } of readings.slice(0, -1)) {
    if (done < end && conditions[done]?.(values) === true) done++;
  }
  const latest = readings.at(-1);
  return done === end && latest !== undefined && conditions[end]?.(latest.values) === true ? 1 : 0;
}
