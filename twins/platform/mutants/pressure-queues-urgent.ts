/** What is urgent waits behind readings. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-queues-urgent',
  summary: 'has answers and commands wait their turn',
  word: 'pressure',
  caughtBy: 'urgent-in-time',
  scenario: 'over-capacity',
  plant: (fired) => ({
    queueUrgent: (stream, device, n) => {
      fired(`${stream} ${n} of ${device}`);
      return true;
    },
  }),
});
