/** What a device says of an update that has ended is kept each time that it says so. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-settles-twice',
  summary: 'whatever a device says again of an update that has ended is taken down again',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    settleOta: (device, attempt, status) => {
      fired(`${device} ${attempt} ${status}`);
      return true;
    },
  }),
});
