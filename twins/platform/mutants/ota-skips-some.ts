/** A device waits for its offer, and its turn never comes. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

const ONE_IN = 3;

export default defineMutant<OtaSeams>({
  kind: 'ota-skips-some',
  summary: 'some devices of a wave are never offered anything',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'overdue-release',
  plant: (fired) => ({
    skipOffer: (device, campaign) => {
      if (hashText(`skips/${device}`) % ONE_IN !== 0) return false;
      fired(`${device} ${campaign}`);
      return true;
    },
  }),
});
