/**
 * What a rule says of the alarms of others, told when theirs are known from end to end: an alarm is
 * a stretch from the moment that made it due to the one that ended it, and a name is so at the
 * moments that lie in one.
 */
import type { RulePlan } from '#kernel';
import type { Alarm } from './alarms.ts';
import type { Facts } from './terms.ts';

/** Stretches of the device's time in which a name is so; the end is not in it. */
export interface AlarmColumn {
  name: string;
  stretches: { from: number; to: number }[];
}

/** What there should have been of another rule. */
export interface OtherStory {
  from: number | null;
  isUnclear: boolean;
  expected: readonly (Alarm & { isUnsure?: true })[];
  disputed: readonly unknown[];
  doubt: string | null;
}

interface Others {
  columns: AlarmColumn[];
  /** Nobody can say when one of them stood. */
  isUnclear: boolean;
  doubt: string | null;
}

/** `other`: of another rule over the same device; null where nobody knows. */
export function othersOf(rule: RulePlan, other: (rule: string) => OtherStory | null): Others {
  const columns: AlarmColumn[] = [];
  for (const { name, does, what, overMs } of rule.terms) {
    if (does !== 'alarm') continue;
    const [whose = ''] = what;
    const story = other(whose);
    if (story === null || story.from === null || story.doubt !== null) {
      return { columns: [], isUnclear: false, doubt: `nobody can say when ${whose} stood` };
    }
    const isUnsure = story.expected.some((one) => one.isUnsure === true);
    if (story.isUnclear || isUnsure || story.disputed.length > 0) {
      return { columns: [], isUnclear: true, doubt: null };
    }
    const stretches = story.expected.map(({ at, cleared }) => ({
      from: at,
      to: overMs > 0 ? at + overMs : (cleared ?? Number.POSITIVE_INFINITY),
    }));
    columns.push({ name, stretches });
  }
  return { columns, isUnclear: false, doubt: null };
}

/** With what is so by the moment of that time. */
export const beside = (facts: Facts, columns: readonly AlarmColumn[], at: number): Facts =>
  columns.length === 0
    ? facts
    : {
        ...facts,
        values: {
          ...facts.values,
          ...Object.fromEntries(
            columns.map(({ name, stretches }) => [
              name,
              stretches.some(({ from, to }) => from <= at && at < to),
            ]),
          ),
        },
      };

/** Those first that speak of none that is left; who waits for itself is left out. */
export function inTurn(rules: readonly RulePlan[]): RulePlan[] {
  const placed: RulePlan[] = [];
  for (let left = [...rules]; left.length > 0; ) {
    const names = new Set(left.map(({ name }) => name));
    const isFree = ({ terms }: RulePlan): boolean =>
      !terms.some(({ does, what: [other = ''] }) => does === 'alarm' && names.has(other));
    const free = left.filter(isFree);
    if (free.length === 0) return placed;
    placed.push(...free);
    left = left.filter((one) => !free.includes(one));
  }
  return placed;
}
