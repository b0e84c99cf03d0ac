/** A wave has to soak, and the next begins at once. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-skips-soak',
  summary: 'the next wave begins as soon as enough have it, and nobody waits for how they fare',
  word: 'ota',
  caughtBy: 'ota-soaked',
  scenario: 'soaked-release',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'soak') return true;
      fired(campaign);
      return false;
    },
  }),
});
