/** A device falls by firmware that it has kept, comes up again, and says nothing of it. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-hides-falls',
  summary: 'does not say that its watchdog restarted it with what it had kept',
  word: 'ota',
  caughtBy: 'ota-soaked',
  scenario: 'soaked-release',
  plant: (fired) => ({
    tellFall: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
