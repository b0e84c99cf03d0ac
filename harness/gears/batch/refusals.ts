/**
 * What a data set cannot have, since nothing is sent and nobody answers: told by name, so that
 * nobody takes rows for what they are not. Such a scenario is run, and its run labelled.
 */
import type { Plan, Problem } from '#kernel';

export function batchProblems(plan: Pick<Plan, 'faults' | 'workflows' | 'entries'>): Problem[] {
  return [
    ...plan.faults.flatMap(({ id, fault, part }): Problem[] =>
      part?.malfunction === undefined ? [refused(`chaos: ${id}`, fault)] : [],
    ),
    ...plan.workflows.map(({ workflow }) => refused('workflows', workflow)),
  ];
}

const refused = (where: string, what: string): Problem => ({
  code: 'not-in-batch',
  message: `${where}: there is no ${what} in a data set that is generated without a network`,
  hint: 'leave it out, or run the scenario in sim',
});
