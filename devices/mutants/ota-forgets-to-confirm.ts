/** New firmware that has proved itself is not marked as kept: the next boot goes back. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-forgets-to-confirm',
  summary: 'says that new firmware is kept, and does not keep it',
  word: 'ota',
  caughtBy: 'ota-rollback',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    keepImage: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
