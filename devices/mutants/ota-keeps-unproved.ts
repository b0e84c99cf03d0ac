/** It keeps a model that has not proved itself. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-keeps-unproved',
  summary: 'keeps a model that has not proved itself',
  word: 'ota',
  caughtBy: 'model-guarded',
  scenario: 'model-roll-out',
  plant: (fired) => ({
    testArtefact: (device, version) => {
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
