/** A campaign is called off, and nobody who is at it hears of that. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-tells-nobody',
  summary: 'tells no device that is at an update that it is called off',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    tellOff: (device, attempt) => {
      fired(`${device} ${attempt}`);
      return false;
    },
  }),
});
