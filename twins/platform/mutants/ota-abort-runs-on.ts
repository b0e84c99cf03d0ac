/** Whoever waits when a campaign is called off is offered it all the same. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-abort-runs-on',
  summary: 'a campaign that is called off goes on for those who wait for an offer',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'abort') return true;
      fired(campaign);
      return false;
    },
  }),
});
