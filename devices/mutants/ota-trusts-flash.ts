/** The bootloader runs what its flash holds, since that was looked at when it was put there. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-trusts-flash',
  summary: 'boots what was looked at when it was installed, and does not look again',
  word: 'ota',
  caughtBy: 'ota-signed-only',
  scenario: 'rotten-flash',
  plant: (fired) => ({
    recheckImage: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
