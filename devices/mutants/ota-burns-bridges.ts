/** Nothing older is run once new firmware is ready, though that has proved nothing yet. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-burns-bridges',
  summary: 'lets nothing older run before new firmware has proved itself',
  word: 'ota',
  caughtBy: 'ota-no-brick',
  scenario: 'bad-canary',
  plant: (fired) => ({
    waitWithFloor: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
