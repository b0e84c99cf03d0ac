/** What can be written of a rule and cannot be meant: nothing would follow from it in this run. */
import type { ParamValues, Problem, RuleChange } from '#kernel';
import { isSame, type Spoken } from './conditions.ts';

const DAY_MS = 86_400_000;

/** An alarm would be over as soon as it is there. */
export function clearAmiss(path: string, when: string, clear: string, spoken: Spoken): Problem[] {
  if (!isSame(when, clear, spoken)) return [];
  const message = 'an alarm is over by what raises it';
  const hint = 'write what is so when it is well again, or leave clear out';
  return [{ code: 'bad-value', path, message, hint }];
}

/** `path`: of the change. */
export function changeAmiss(
  path: string,
  given: ParamValues,
  { at, ...change }: RuleChange,
  { at: beforeAt, ...before }: RuleChange,
): Problem[] {
  const told = (message: string, hint: string): Problem[] => [
    { code: 'bad-value', path, message, hint },
  ];
  const isSaid = given.at !== undefined || given.after !== undefined;
  if (at <= beforeAt && !isSaid) {
    return told('it does not say when', 'write at: chaos+3s, or after: with the id of a fault');
  }
  if (at <= beforeAt) {
    const hint = 'write changes first to last, each later than the one before';
    return told('it comes no later than what it changes', hint);
  }
  const isChanged = (Object.keys(change) as (keyof typeof change)[]).some(
    (key) => change[key] !== before[key],
  );
  return isChanged ? [] : told('it changes nothing', 'write what is other: when, clear, for …');
}

/** A time that is not over by the end of the run. `path` ends with a dot, or is empty. */
export function spansAmiss(path: string, given: ParamValues, at: number, endMs: number): Problem[] {
  const told = (key: string, message: string, hint: string): Problem => ({
    ...{ code: 'bad-value', path: `${path}${key}`, message, hint },
  });
  const most = (endMs - at) / 1000;
  return ['for', 'silent', 'clearFor'].flatMap((key) => {
    const span = Number(given[key] ?? 0);
    if (span > DAY_MS)
      return [told(key, 'no platform keeps count for more than a day', 'write 24h at most')];
    // One that begins too late is told so.
    if (key === 'clearFor' || most <= 0 || span <= endMs - at) return [];
    const message = 'the run is over before it has been so for so long';
    return [told(key, message, `write ${most}s at most, or let the run go on for longer`)];
  });
}
