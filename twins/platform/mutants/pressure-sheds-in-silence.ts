/** Some of what is passed over is on no list. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-sheds-in-silence',
  summary: 'leaves some of what it passes over off the list',
  word: 'pressure',
  caughtBy: 'shed-declared',
  scenario: 'over-capacity',
  plant: (fired) => ({
    listShed: (device, n) => {
      if (n % 5 !== 2) return true;
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
