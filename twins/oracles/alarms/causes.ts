/**
 * Rules against alarms, both ways: each alarm of a rule raises and clears its instance once, by the
 * same moments and at once, and nothing else does.
 */
import { type Hindered, overdueBy } from '../hindrances.ts';
import { SLACK_MS } from '../slack.ts';
import { type Claims, claimed, counted, UNTIMED } from './claim.ts';
import type { Cause, KnownDevice } from './known.ts';
import type { History } from './past.ts';

/** Times are the target's. */
export interface TimedCause extends Cause {
  /** It was raised no later. */
  latest: number;
}

/** When alarms and rules were read, no later than either was, and whether alarms were later. */
interface Times {
  isLater: boolean;
  readAt: number;
  causesAt: number;
  /** False where nobody can say when something was by the target. */
  isTimed: boolean;
  /** By the clock of the target. */
  hindered: Hindered;
}

const JUST_THEN = 'raised or cleared just when the target was asked';

export function causesAgree(
  history: History,
  causes: readonly TimedCause[],
  { isLater, readAt, causesAt, isTimed, hindered }: Times,
  into: Claims,
): void {
  const raised = new Map<string, number>();
  const raisedAt = new Map<string, number>();
  for (const { since, moment, at } of history.all('raised')) {
    add(raised, `${since} ${moment}`);
    raisedAt.set(`${since} ${moment}`, at);
  }
  const cleared = new Map<string, number>();
  for (const { moment } of history.all('cleared')) add(cleared, `${moment}`);
  // What was read later has all that was so before; both stand in one transaction.
  const own = new Map(causes.map((cause) => [`${cause.since} ${cause.at}`, cause]));
  const last = causes.at(-1);
  for (const [key, cause] of own) {
    const isOpen = !isLater && cause.latest > readAt - SLACK_MS;
    tell(raised.get(key) ?? 0, cause.raised, 'raised', isOpen);
    comesAtOnce(cause, raisedAt.get(key));
    if (cause.cleared === 0) continue;
    // When a rule cleared it is not said: it may have been between the two times of asking.
    const isBetween = isOpen || (cause === last && !isLater);
    tell(cleared.get(`${cause.cleared}`) ?? 0, cause.raised, 'cleared', isBetween);
  }
  for (const { since, moment, at } of history.all('raised')) {
    if (!own.has(`${since} ${moment}`)) without(at, 'raised');
  }
  const ends = new Set(causes.map((cause) => cause.cleared));
  for (const { moment, at } of history.all('cleared')) {
    if (!ends.has(moment)) without(at, 'cleared');
  }

  function tell(times: number, at: number, what: string, isOpen: boolean): void {
    if (times === 0 && !isTimed && !isLater) return counted(into.doubts, UNTIMED);
    if (times === 0 && isOpen) return counted(into.open, JUST_THEN);
    const amiss = `was ${what} by its rule, and its history has that ${times} times`;
    claimed(into, at, times === 1 ? null : amiss);
  }

  /** Both stand in one transaction. When a rule cleared one nobody says. */
  function comesAtOnce({ latest }: TimedCause, at: number | undefined): void {
    if (at === undefined || !isTimed) return;
    if (overdueBy({ from: latest, to: at }, SLACK_MS, hindered) <= 0) return;
    claimed(into, at, `is raised ${Math.round(at - latest)} ms after its rule had raised it`);
  }

  function without(at: number, what: string): void {
    if (isLater && !isTimed) return counted(into.doubts, UNTIMED);
    if (isLater && at > causesAt - SLACK_MS) return counted(into.open, JUST_THEN);
    claimed(into, at, `is ${what}, and its rule has not done that`);
  }
}

const add = (counts: Map<string, number>, key: string): void =>
  void counts.set(key, (counts.get(key) ?? 0) + 1);

/** Alarms of rules for which the target has no instance at all. */
export function orphans({ causes, instances }: KnownDevice): Cause[] {
  const known = new Set(
    [...instances.values()].flatMap(({ listed }) =>
      listed === null ? [] : [`${listed.rule} ${listed.subject}`],
    ),
  );
  return causes.filter(({ rule, subject }) => !known.has(`${rule} ${subject}`));
}
