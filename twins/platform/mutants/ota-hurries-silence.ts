/** Whoever says nothing for a moment is given up. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-hurries-silence',
  summary: 'devices are given up after a tenth of the time for which they may be silent',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'overdue-release',
  plant: (fired) => ({
    waitOta: (campaign, timeoutMs) => {
      fired(campaign);
      return Math.ceil(timeoutMs / 10);
    },
  }),
});
