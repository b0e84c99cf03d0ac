/**
 * Whoever hears all that comes on a topic must be alone there: what devices say would come to him
 * as well, and what comes to him would come to our observers, to whom it is nothing that was sent.
 */
import { type Catalog, LANES, type Problem, type TargetPlan } from '#kernel';
import { dialectOf } from '../dialects/dialect-choice.ts';
import type { Hears } from './operations.ts';

/** Nobody knows yet what the run is called; where this stands, anything may. */
const RUN = 'twinstorm-run';

export function topicProblems(
  all: readonly Hears[],
  target: Pick<TargetPlan, 'dialect' | 'codec' | 'topic' | 'payload'>,
  catalog: Catalog,
): Problem[] {
  if (all.length === 0) return [];
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const own = dialectOf(target, RUN, catalog).subscriptions(lanes);
  return all.flatMap(({ topic, path }): Problem[] => {
    const filter = own.find((one) => meet(`${topic}/#`, one));
    if (filter === undefined) return [];
    const where = filter.replace(RUN, '<run>');
    return [
      {
        code: 'topic-taken',
        path,
        message: `what devices say comes on ${where}, and ${topic}, with all below it, meets that`,
        hint: `take a topic apart from theirs${hintOf(topic, own)}`,
      },
    ];
  });
}

/** One that is apart, where there is any. */
function hintOf(topic: string, own: readonly string[]): string {
  const free = ['alarms', `${topic}-alarms`].find((one) => !own.some((o) => meet(`${one}/#`, o)));
  return free === undefined
    ? ': give `target.topic` a first level of its own'
    : `, such as ${free}`;
}

/** Whether some topic is of both filters. */
function meet(one: string, other: string): boolean {
  const [a, b] = [one.split('/'), other.split('/')];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [x, y] = [a[at], b[at]];
    // A `#` is of the level above as well.
    if (x === '#' || y === '#') return true;
    if (x === undefined || y === undefined) return false;
    if (x !== y && !isOpen(x) && !isOpen(y)) return false;
  }
  return true;
}

const isOpen = (level: string): boolean => level === '+' || level.includes(RUN);
