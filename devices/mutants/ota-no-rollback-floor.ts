/** The firmware takes any counter, and so whatever somebody kept of former years. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-no-rollback-floor',
  summary: 'runs firmware that is older than what it had',
  word: 'ota',
  caughtBy: 'ota-no-downgrade',
  scenario: 'old-firmware',
  plant: (fired) => ({
    holdFloor: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
