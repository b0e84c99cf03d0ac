/** Whoever is of a template has it, however small its share. */
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'template-gives-all',
  summary: 'a template for some of its devices goes to all of them at once',
  word: 'template',
  caughtBy: 'template-shared',
  scenario: 'staged-templates',
  plant: (fired) => ({
    giveTemplate: (device, { of, share, version }, honest) => {
      const isOf = of === '' || `${device}/`.startsWith(`${of}/`);
      if (honest || !isOf || share === 0) return honest;
      fired(`${device} ${version}`);
      return true;
    },
  }),
});
