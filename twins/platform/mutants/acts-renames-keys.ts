/** A command that was not answered is sent again as if it were another one. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'acts-renames-keys',
  summary: 'sends what was not answered again under another key',
  word: 'acts',
  caughtBy: 'command-effect-once',
  scenario: 'closed-loop',
  plant: (fired) => ({
    keyAgain: (device, key, tries) => {
      fired(`${device} ${key}`);
      return `${key}/${tries}`;
    },
  }),
});
