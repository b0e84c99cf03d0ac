/** The firmware is told to leave an update off, and goes on with it. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-ignores-cancel',
  summary: 'goes on with an update that is called off, and says how that ended',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    leaveOff: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
