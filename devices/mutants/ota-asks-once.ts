/** A device that was busy when it was offered firmware never hears of that again. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-asks-once',
  summary: 'does not ask what else there is for it when an update has ended',
  word: 'ota',
  caughtBy: 'ota-taken',
  scenario: 'model-roll-out',
  plant: (fired) => ({
    askNext: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
