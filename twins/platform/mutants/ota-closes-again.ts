/** What was closed by hawkBit's way is closed again by whoever says so once more. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-closes-again',
  summary: 'takes feedback of an action that is closed as it took the first',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'hawkbit-wave',
  plant: (fired) => ({
    closeAgain: (device, attempt) => {
      fired(`${device} ${attempt}`);
      return true;
    },
  }),
});
