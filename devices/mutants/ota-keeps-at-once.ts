/** New firmware is kept as soon as it is online, however long it should be tested. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-keeps-at-once',
  summary: 'keeps new firmware as soon as it is online with it',
  word: 'ota',
  caughtBy: 'ota-rollback',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    testLong: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
