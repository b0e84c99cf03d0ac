/** An offer is taken however old it is: whoever kept it can hand it out for good. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-takes-stale',
  summary: 'takes firmware that was signed for a time that is over',
  word: 'ota',
  caughtBy: 'ota-signed-only',
  scenario: 'wrong-releases',
  plant: (fired) => ({
    askForTime: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
