/**
 * Which planted bugs a scenario can wake at all: a bug in what a workflow asks for sleeps where no
 * workflow of that word is at work, none that is at work asks for it, and no device has that part.
 * And which bugs a person means by a list of words.
 */
import { partFamily } from '#devices';
import { workflowFamily } from '#harness';
import { AuthorError, type Catalog, knownHint, type Mutant, type Plan } from '#kernel';

export const EVERY_MUTANT = 'all';

/** Why nothing of the plan wakes it; null where something may. */
export function whyAsleep({ word }: Mutant, plan: Plan, catalog: Catalog): string | null {
  if (word === undefined || !catalog.of(workflowFamily).has(word)) return null;
  const atWork = plan.workflows.some(({ workflow }) => {
    const { needs = [], wakes = [] } = catalog.of(workflowFamily).get(workflow) ?? {};
    return [workflow, ...needs, ...wakes].includes(word);
  });
  const hasPart = plan.entries.some(({ parts }) => parts.some(({ kind }) => kind === word));
  if (atWork || hasPart) return null;
  const orPart = catalog.of(partFamily).has(word) ? `, and no device has the part '${word}'` : '';
  return `the scenario has no workflow '${word}'${orPart}`;
}

/** Those that are asked for: all, those of some words, or by their names. */
export function chosenMutants(asked: string, mutants: readonly Mutant[]): Mutant[] {
  const names = asked.split(',').map((name) => name.trim());
  if (names.includes(EVERY_MUTANT)) return [...mutants];
  const known = [...new Set(mutants.map(({ word }) => word))].filter((word) => word !== undefined);
  const isOf = ({ kind, word }: Mutant, name: string): boolean => kind === name || word === name;
  const problems = names
    .filter((name) => !mutants.some((mutant) => isOf(mutant, name)))
    .map((name) => ({
      code: 'flag',
      message: `--mutants: no planted bug is of '${name}'`,
      ...knownHint(name, [EVERY_MUTANT, ...known.sort()]),
    }));
  if (problems.length > 0) throw new AuthorError(problems);
  return mutants.filter((mutant) => names.some((name) => isOf(mutant, name)));
}
