/** Some devices report the cadence that they were set to, and go on with the one they had. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { CadenceSeams } from '../parts/cadence.ts';

const ONE_IN = 3;

export default defineDeviceMutant<CadenceSeams>({
  kind: 'cadence-keeps-old',
  summary: 'one device in three reports a new cadence and keeps the old one',
  word: 'cadence',
  caughtBy: 'cadence-kept',
  scenario: 'tuned-in-waves',
  plant: (fired) => ({
    heedCadence: (device, set, before) => {
      if (set === before || hashText(`keeps-old/${device}`) % ONE_IN !== 0) return set;
      fired(`${device} ${set}`);
      return before;
    },
  }),
});
