/** With each stage it is drawn anew who has the template. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

const HASHES = 2 ** 32;

export default defineMutant<TwinSeams>({
  kind: 'template-reshuffles',
  summary: 'whenever the share of a template grows, other devices have it',
  word: 'template',
  caughtBy: 'template-staged',
  scenario: 'staged-templates',
  plant: (fired) => ({
    giveTemplate: (device, { name, version, share }, honest) => {
      const drawn = hashText(`${name}/${version}/${device}`) / HASHES < share;
      if (drawn !== honest) fired(`${device} ${version}`);
      return drawn;
    },
  }),
});
