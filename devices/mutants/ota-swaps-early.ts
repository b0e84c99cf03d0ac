/** The image is marked as ready before its last sector is there, and the bootloader believes it. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-swaps-early',
  summary: 'restarts before the last sector is written, and goes by the mark alone',
  word: 'ota',
  caughtBy: 'ota-signed-only',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    finishBank: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
    verifyImage: () => false,
  }),
});
