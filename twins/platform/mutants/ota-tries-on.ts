/** An offer that was the last one is made again. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-tries-on',
  summary: 'devices are offered it more often than they may be',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'overdue-release',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'tries') return true;
      fired(campaign);
      return false;
    },
  }),
});
