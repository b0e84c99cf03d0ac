/** How a planted bug of the platform twin is known and checked. */
import { defineFamily, field } from '#kernel';
import type { Mutant } from './platform.ts';

export const mutantFamily = defineFamily<Mutant>({
  family: 'mutant',
  plural: 'mutants',
  folders: ['twins/platform/mutants'],
  define: 'defineMutant',
  mark: 'plant',
  fields: {
    summary: field.text,
    // Bugs that were planted before capabilities had names have none.
    word: field.maybe(field.text),
    caughtBy: field.text,
    scenario: field.text,
    plant: field.action,
  },
});
