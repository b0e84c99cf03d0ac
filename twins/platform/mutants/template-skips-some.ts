/** Some devices never hear of a new stage of their template. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { TwinSeams } from '../services/twin.ts';

const ONE_IN = 5;

export default defineMutant<TwinSeams>({
  kind: 'template-skips-some',
  summary: 'a new stage of a template reaches four devices of five',
  word: 'template',
  caughtBy: 'template-kept',
  scenario: 'staged-templates',
  plant: (fired) => ({
    stepTwin: (device, { name, version }) => {
      if (hashText(`forgets/${name}/${version}/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
