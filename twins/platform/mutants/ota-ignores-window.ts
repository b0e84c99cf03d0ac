/** Offers go out before the maintenance window opens, and after it has closed. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-ignores-window',
  summary: 'offers go out outside the maintenance window',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'window') return true;
      fired(campaign);
      return false;
    },
  }),
});
