/** A campaign is called off, and whoever waits for another try at it waits for good. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-ends-firsts-alone',
  summary: 'ends nobody who was offered it before, when it is called off',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    endWaiting: (device, attempt) => {
      if (attempt === 1) return true;
      fired(`${device} ${attempt}`);
      return false;
    },
  }),
});
