/** Two threads come to the gate of a wave at once, and neither asks whether it is decided. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-decides-twice',
  summary: 'each wave is decided a second time, by the same figures',
  word: 'ota',
  caughtBy: 'ota-wave-gate',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    decideAgain: (campaign, wave, passed) => {
      fired(`${campaign} ${wave} ${passed}`);
      return true;
    },
  }),
});
