/** Some of what is urgent is forgotten on its way in, and never answered. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-forgets-urgent',
  summary: 'leaves some answers of devices without an answer for good',
  word: 'pressure',
  caughtBy: 'urgent-in-time',
  scenario: 'over-capacity',
  plant: (fired) => ({
    keepTurn: (stream, device, n) => {
      if (stream !== 'answer' || n % 4 !== 2) return true;
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
