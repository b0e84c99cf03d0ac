/** A device says how it stands, and never how its last update ended. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-hides-endings',
  summary: 'never says how its last update ended, so that its target takes it for silent',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    tellEnd: (device, attempt) => {
      fired(`${device} ${attempt}`);
      return false;
    },
  }),
});
