/** What a template says goes over what is desired of a device alone. */
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

export default defineMutant<TwinSeams>({
  kind: 'template-overwrites-own',
  summary: 'a template goes over what is desired of a device alone',
  word: 'template',
  caughtBy: 'template-kept',
  scenario: 'staged-templates',
  plant: (fired) => ({
    mergeTemplates: (device, templates, own) => {
      const given = Object.assign({}, ...templates.map(({ desired }) => desired)) as typeof own;
      if (!Object.keys(own).some((key) => key in given && own[key] !== given[key])) return null;
      fired(device);
      return { ...own, ...given };
    },
  }),
});
