/** A device that has lost track of its job changes it all the same. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-jobs-ignores-version',
  summary: 'takes updates of jobs by versions that they do not have any more',
  word: 'ota',
  caughtBy: 'jobs-legal',
  scenario: 'jobs-wave',
  plant: (fired) => ({
    askVersion: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
