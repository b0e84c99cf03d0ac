/** Enough devices of a wave have it, and nobody looks how many have failed. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-forgets-errors',
  summary: 'a wave goes on though more of its devices have failed than may',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'steered-roll-out',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'errors') return true;
      fired(campaign);
      return false;
    },
  }),
});
