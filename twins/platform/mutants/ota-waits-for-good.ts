/** A device that is gone is waited for, however long that takes. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-waits-for-good',
  summary: 'nobody who is silent is ever given up',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'overdue-release',
  plant: (fired) => ({
    waitOta: (campaign) => {
      fired(campaign);
      return Number.POSITIVE_INFINITY;
    },
  }),
});
