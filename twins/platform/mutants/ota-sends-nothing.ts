/** Offers are taken down as made, and some are never sent. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

const ONE_IN = 2;

export default defineMutant<OtaSeams>({
  kind: 'ota-sends-nothing',
  summary: 'of the offers to some devices none is ever sent',
  word: 'ota',
  caughtBy: 'ota-taken',
  scenario: 'overdue-release',
  plant: (fired) => ({
    sendOffer: (device, attempt) => {
      if (hashText(`sends/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${attempt}`);
      return false;
    },
  }),
});
