/** New firmware says what has a new name by that alone, though it promised the old one as well. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-forgets-old-names',
  summary: 'says by its new name alone what it should say by the old one as well',
  word: 'ota',
  caughtBy: 'schema-kept',
  scenario: 'mixed-readings',
  plant: (fired) => ({
    keepNames: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
