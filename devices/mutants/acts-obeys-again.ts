/** A command that comes again is obeyed again. */
import { defineDeviceMutant } from '../mutant.ts';
import type { ActSeams } from '../parts/acts.ts';

export default defineDeviceMutant<ActSeams>({
  kind: 'acts-obeys-again',
  summary: 'obeys a command again whenever it comes again',
  word: 'acts',
  caughtBy: 'command-effect-once',
  scenario: 'closed-loop',
  plant: (fired) => ({
    obeyAgain: (device, key) => {
      fired(`${device} ${key}`);
      return true;
    },
  }),
});
