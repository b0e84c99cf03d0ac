/**
 * Whether a guard had to hold what was decided, told from all decisions before it: whether as many
 * as may be lie within the stretch that ends with it.
 */
import { type ActPlan, aimsOf, type HeldWhy } from '#kernel';
import type { ActBook, Decision } from './decisions.ts';
import type { StopState } from './stops.ts';

export interface Judged {
  /** Guards that had to hold it. */
  reasons: HeldWhy[];
  /** Acts that keep what it would set. */
  keepers: string[];
  stop: StopState;
}

/** `all`: every act of the plan. */
export function judgeGuards(
  act: ActPlan,
  decision: Decision,
  book: ActBook,
  all: readonly ActPlan[],
): Judged {
  const { deadMs, most, overMs, fleetMost, fleetOverMs } = act.guard;
  const isBefore = ({ place, done }: Decision): boolean => done && place < decision.place;
  const forIt = book.aboutSubject(decision.subject).filter(isBefore);
  const own = forIt.filter((one) => one.act === act.name);
  /** With the first of so many the stretch would be full. */
  const isLately = (first: Decision | undefined, span: number): boolean =>
    first !== undefined && decision.decided - first.decided < span;
  const firstOf = (times: number): Decision | undefined =>
    times === 0 ? undefined : own[own.length - times];
  const firstOfAll =
    fleetMost === 0 ? undefined : book.doneBefore(act.name, decision, fleetMost - 1);
  const keepers = all.filter((other) => {
    const last = forIt.findLast((one) => one.act === other.name);
    const isKept = last !== undefined && decision.decided - last.decided < other.guard.deadMs;
    return isKept && other.name !== act.name && isAgainst(act, other);
  });
  const reasons: [HeldWhy, boolean][] = [
    ['conflict', keepers.length > 0],
    ['dead time', isLately(own.at(-1), deadMs)],
    ['rate', isLately(firstOf(most), overMs)],
    ['fleet rate', isLately(firstOfAll, fleetOverMs)],
  ];
  return {
    reasons: reasons.flatMap(([why, isSo]) => (isSo ? [why] : [])),
    keepers: keepers.map(({ name }) => name),
    stop: book.stops.at(decision.decided),
  };
}

function isAgainst(act: ActPlan, other: ActPlan): boolean {
  const [own, others] = [aimsOf(act.does), aimsOf(other.does)];
  return [...own].some(([name, value]) => others.has(name) && others.get(name) !== value);
}
