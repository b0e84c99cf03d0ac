/** A command is decided as done, and nobody sends it. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

/** By its key, so that it is the same one each time that it would go down. */
const isKept = (key: string): boolean =>
  [...key].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 3 === 0;

export default defineMutant<ActSeams>({
  kind: 'acts-never-sends',
  summary: 'decides some commands as done and never sends them',
  word: 'acts',
  caughtBy: 'command-effect-once',
  scenario: 'closed-loop',
  plant: (fired) => ({
    sends: (device, key) => {
      if (!isKept(key)) return true;
      fired(`${device} ${key}`);
      return false;
    },
  }),
});
