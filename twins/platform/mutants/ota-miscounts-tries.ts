/** A device may be tried four times, and its first time is its second. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-miscounts-tries',
  summary: 'attempts are numbered from two on',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'overdue-release',
  plant: (fired) => ({
    numberOffer: (device, attempt) => {
      if (attempt > 1) return attempt;
      fired(device);
      return 2;
    },
  }),
});
