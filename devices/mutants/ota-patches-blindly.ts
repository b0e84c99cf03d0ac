/** The firmware applies a patch to whatever it runs: where that is another image, for nothing. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-patches-blindly',
  summary: 'loads a patch without looking at which image it is for',
  word: 'ota',
  caughtBy: 'ota-resume',
  scenario: 'delta-roll-out',
  plant: (fired) => ({
    lookAtBase: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
