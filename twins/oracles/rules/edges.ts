/**
 * What a window says where readings came just as it closed: each of them is in it or not, and who
 * knows not which looks at it every way. Readings of which nothing but their count matters to the
 * rule stand for each other, so that many that came at once are few ways as a rule.
 */
import { addTo, type TermPlan } from '#kernel';
import type { Moment } from './alarms.ts';
import { conditionOf } from './conditions.ts';
import type { Reading } from './terms.ts';
import type { Window } from './windows.ts';

/** Beyond that nobody looks. */
const WAYS_MOST = 256;
const BOTH = ['when', 'clear'] as const;

export interface WindowMoment extends Moment {
  /** It hangs on what came just as it closed. */
  isAtEdge?: true;
}

/** Of a reading, what of it can matter to a window: those that have it alike may be swapped. */
export type Alike = (reading: Reading) => string;

export function alikeTo(terms: readonly TermPlan[]): Alike {
  const looks = terms.map(({ does, what: [text = ''] }): ((reading: Reading) => unknown) => {
    switch (does) {
      case 'mean':
      case 'sum':
      case 'min':
      case 'max':
        return ({ values }) => values[text];
      case 'count':
      case 'share':
      case 'devices': {
        const condition = conditionOf(text);
        return ({ values }) => condition(values);
      }
      default:
        return ({ n, at, received }) => [n, at, received];
    }
  });
  return (reading) => JSON.stringify([reading.device, ...looks.map((look) => look(reading))]);
}

export function windowSays(
  window: Window,
  says: (window: Window) => Moment,
  alike: Alike,
): WindowMoment {
  const moment = says(window);
  const { edge, mayBe } = window;
  if (!mayBe && edge.length === 0) return moment;
  const all = mayBe ? null : waysOf(edge, alike);
  if (all === null) return { ...moment, unclear: [...BOTH], isAtEdge: true };
  const sure = window.readings.filter((one) => !edge.includes(one));
  const unclear = new Set(moment.unclear);
  const own = unclear.size;
  for (const some of all) {
    const readings = [...sure, ...some].sort((a, b) => a.at - b.at);
    const other = says({ ...window, readings });
    for (const which of BOTH) {
      if (moment[which] !== other[which] || other.unclear?.includes(which)) unclear.add(which);
    }
    if (unclear.size === BOTH.length) break;
  }
  return { ...moment, unclear: [...unclear], ...(unclear.size > own ? { isAtEdge: true } : {}) };
}

/** All that may be in it, of each sort so many or none; null where there are too many ways. */
function waysOf(edge: readonly Reading[], alike: Alike): Reading[][] | null {
  const sorts = new Map<string, Reading[]>();
  for (const one of edge) addTo(sorts, alike(one), one);
  let ways: Reading[][] = [[]];
  for (const sort of sorts.values()) {
    if (ways.length * (sort.length + 1) > WAYS_MOST) return null;
    const some = Array.from({ length: sort.length + 1 }, (_, count) => sort.slice(0, count));
    ways = ways.flatMap((way) => some.map((more) => [...way, ...more]));
  }
  return ways;
}
