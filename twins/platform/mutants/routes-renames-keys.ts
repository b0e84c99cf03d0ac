/** What is sent again by another gateway is another command for the device. */
import { defineMutant } from '../mutant.ts';
import type { ActSeams } from '../services/acts.ts';

export default defineMutant<ActSeams>({
  kind: 'routes-renames-keys',
  summary: 'sends what was not answered by another gateway under another key',
  word: 'routes',
  caughtBy: 'command-effect-once',
  scenario: 'self-healing',
  plant: (fired) => ({
    keyBy: (device, key, gateway) => {
      fired(`${device} ${key}`);
      return `${key}/${gateway}`;
    },
  }),
});
