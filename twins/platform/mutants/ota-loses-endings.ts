/** Some devices say how an update ended, and it is not taken down. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

const ONE_IN = 2;

export default defineMutant<OtaSeams>({
  kind: 'ota-loses-endings',
  summary: 'of some devices nobody hears how an update ended, and they count as silent',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'overdue-release',
  plant: (fired) => ({
    hearOta: (device, attempt, status) => {
      if (hashText(`lost/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${attempt} ${status}`);
      return false;
    },
  }),
});
