/** Nobody heard a word, and it is taken down as a failure of the device. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-invents-endings',
  summary: 'whoever was silent for too long is kept as one that said that it failed',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'overdue-release',
  plant: (fired) => ({
    nameEnding: (device, attempt, status) => {
      if (status !== 'timed-out') return status;
      fired(`${device} ${attempt}`);
      return 'failed';
    },
  }),
});
