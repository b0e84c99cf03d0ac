/** The time of a gate is up, and nobody looks at the clock. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-forgets-deadline',
  summary: 'a wave that has not passed in time goes on',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'overdue-release',
  plant: (fired) => ({
    heedOta: (what, campaign) => {
      if (what !== 'deadline') return true;
      fired(campaign);
      return false;
    },
  }),
});
