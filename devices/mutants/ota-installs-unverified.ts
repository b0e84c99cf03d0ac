/** The firmware looks at neither digest nor signature, when it installs and when it boots. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-installs-unverified',
  summary: 'installs and runs what it has not looked at',
  word: 'ota',
  caughtBy: 'ota-signed-only',
  scenario: 'forged-firmware',
  plant: (fired) => ({
    verifyImage: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
