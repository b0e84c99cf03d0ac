/** The firmware begins each offer that it hears, also one that it has taken already. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-begins-twice',
  summary: 'begins an offer again that it has taken already',
  word: 'ota',
  caughtBy: 'ota-one-status',
  scenario: 'bad-servers',
  plant: (fired) => ({
    knowOffer: (device, attempt) => {
      fired(`${device} ${attempt}`);
      return false;
    },
  }),
});
