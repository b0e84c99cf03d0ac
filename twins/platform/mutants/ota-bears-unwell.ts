/** More devices fall by a release than may, and nothing is halted. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-bears-unwell',
  summary: 'a wave goes on though more of its devices fall by the release than may',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'soaked-release',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'unwell') return true;
      fired(campaign);
      return false;
    },
  }),
});
