/** The list is whole, and the count is not. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-counts-less',
  summary: 'counts less than it lists',
  word: 'pressure',
  caughtBy: 'shed-declared',
  scenario: 'over-capacity',
  plant: (fired) => ({
    countShed: (device, n) => {
      if (n % 7 !== 3) return 1;
      fired(`${device} ${n}`);
      return 0;
    },
  }),
});
