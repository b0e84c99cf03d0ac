/** Whoever did not make it is not asked again, however often it might be. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

export default defineMutant<OtaSeams>({
  kind: 'ota-tries-once',
  summary: 'devices are offered it once, and never again',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'overdue-release',
  plant: (fired) => ({
    skipOffer: (device, campaign, attempt) => {
      if (attempt === 1) return false;
      fired(`${device} ${campaign}`);
      return true;
    },
  }),
});
