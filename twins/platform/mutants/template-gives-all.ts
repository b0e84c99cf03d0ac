/** Whoever is of a template has it, however small its share. */
import { defineMutant } from '../mutant.ts';
import { isOf } from '../services/twin/templates.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'template-gives-all',
  summary: 'a template for some of its devices goes to all of them at once',
  word: 'template',
  caughtBy: 'template-shared',
  scenario: 'staged-templates',
  plant: (fired) => ({
    giveTemplate: (device, template, honest) => {
      if (honest || !isOf(template, device) || template.share === 0) return honest;
      fired(`${device} ${template.version}`);
      return true;
    },
  }),
});
