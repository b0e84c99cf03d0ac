/** It is limited for good: the queue drains, and nothing follows from that. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-never-relaxes',
  summary: 'stays limited when its queue has drained',
  word: 'pressure',
  caughtBy: 'no-metastability',
  scenario: 'over-capacity',
  plant: (fired) => ({
    relax: () => {
      fired('limited');
      return false;
    },
  }),
});
