/** A platform is killed, and the windows that were open then begin anew. */
import { defineMutant } from '../mutant.ts';
import type { TiersSeams } from '../services/tiers.ts';

export default defineMutant<TiersSeams>({
  kind: 'tiers-forgets-open',
  summary: 'goes on with no window where it was before a kill',
  word: 'tiers',
  caughtBy: 'tiers-true',
  scenario: 'tiered-history',
  plant: (fired) => ({
    goOn: (device, start) => {
      fired(`${device} ${start}`);
      return false;
    },
  }),
});
