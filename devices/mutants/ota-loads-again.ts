/** A download that was interrupted begins again from the start. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-loads-again',
  summary: 'a download that was interrupted begins again from the start',
  word: 'ota',
  caughtBy: 'ota-resume',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    resumeLoad: (device, at) => {
      fired(`${device} ${at}`);
      return 0;
    },
  }),
});
