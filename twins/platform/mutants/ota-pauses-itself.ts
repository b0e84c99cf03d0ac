/** A campaign is paused between two waves, and nobody knows by whom. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-pauses-itself',
  summary:
    'pauses a campaign when its second wave begins, though neither operator nor rule said so',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    pauseUnasked: (campaign, wave) => {
      fired(`${campaign} ${wave}`);
      return true;
    },
  }),
});
