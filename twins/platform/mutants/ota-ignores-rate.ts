/** Whoever waits is offered it at once, whatever the rate of the campaign. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-ignores-rate',
  summary: 'offers go out as fast as they can',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'rate') return true;
      fired(campaign);
      return false;
    },
  }),
});
