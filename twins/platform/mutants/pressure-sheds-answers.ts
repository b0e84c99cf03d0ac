/** What devices answer is passed over as well, and said so. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-sheds-answers',
  summary: 'passes answers over like readings',
  word: 'pressure',
  caughtBy: 'shed-declared',
  scenario: 'over-capacity',
  plant: (fired) => ({
    shedAnyway: (stream, device, n) => {
      if (stream !== 'answer') return false;
      fired(`${device} ${n}`);
      return true;
    },
  }),
});
