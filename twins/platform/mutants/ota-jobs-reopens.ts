/** A job that is over is asked for once more, and goes on as if it were not. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-jobs-reopens',
  summary: 'takes jobs that are over as if they were open',
  word: 'ota',
  caughtBy: 'jobs-legal',
  scenario: 'jobs-wave',
  plant: (fired) => ({
    closeJob: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
