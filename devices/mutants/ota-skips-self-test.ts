/** New firmware is kept as soon as it has been online for a while, however it is. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-skips-self-test',
  summary: 'keeps new firmware whether or not it is well with it',
  word: 'ota',
  caughtBy: 'ota-rollback',
  scenario: 'leaky-release',
  plant: (fired) => ({
    testSelf: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
