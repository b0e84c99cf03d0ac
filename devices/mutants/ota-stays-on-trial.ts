/** New firmware that has not proved itself is run all the same, until somebody restarts it. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-stays-on-trial',
  summary: 'does not give up firmware that has not proved itself in time',
  word: 'ota',
  caughtBy: 'ota-rollback',
  scenario: 'bad-canary',
  plant: (fired) => ({
    endTrial: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
