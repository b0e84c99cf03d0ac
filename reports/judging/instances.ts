/**
 * Which checkers judge a run, with which parameters: all that always judge, where the workflow or
 * the part that they are about is at work, and one more for each time that the scenario's `expect`
 * names one.
 */
import { defaultsOf, type ParamValues, type Plan } from '#kernel';
import type { CheckerKind } from '../checker.ts';
import { hasWorkOf } from './work-of.ts';

export interface CheckerInstance {
  checker: CheckerKind;
  params: ParamValues;
  expected: boolean;
}

export function instancesFor(plan: Plan, checkers: readonly CheckerKind[]): CheckerInstance[] {
  return [...checkers]
    .sort((a, b) => (a.kind < b.kind ? -1 : 1))
    .flatMap((checker): CheckerInstance[] => {
      const wishes = plan.expect.filter((wish) => wish.checker === checker.kind);
      const defaults = defaultsOf(checker.params);
      if (wishes.length > 0) {
        return wishes.map(({ params }) => ({
          checker,
          params: { ...defaults, ...params },
          expected: true,
        }));
      }
      const judges = checker.judges === 'always' && hasWorkOf(checker, plan);
      return judges ? [{ checker, params: defaults, expected: false }] : [];
    });
}

/** Expectations that no checker at hand can judge. */
export const unknownExpectations = (plan: Plan, checkers: readonly CheckerKind[]): string[] => [
  ...new Set(
    plan.expect
      .map((wish) => wish.checker)
      .filter((kind) => !checkers.some((checker) => checker.kind === kind)),
  ),
];
