/** It passes messages over and says that all is well. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-claims-normal',
  summary: 'says that it is normal while it passes messages over',
  word: 'pressure',
  caughtBy: 'shed-declared',
  scenario: 'over-capacity',
  plant: (fired) => ({
    tellMode: (mode) => {
      fired(mode);
      return false;
    },
  }),
});
