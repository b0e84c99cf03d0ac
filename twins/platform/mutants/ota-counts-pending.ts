/** The gate of a wave takes those that are still under way for done. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-counts-pending',
  summary: 'a wave passes as soon as nobody in it can fail any more',
  word: 'ota',
  caughtBy: 'ota-wave-gate',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    gateOta: (campaign, wave, { failed, total }, honest) => {
      if (honest !== null || failed > 0 || total === 0) return honest;
      fired(`${campaign} ${wave}`);
      return true;
    },
  }),
});
