/** Some devices report the dead-band that they were set to, and hold back by the one they had. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { DeadBandSeams } from '../parts/dead-band.ts';

const ONE_IN = 2;

export default defineDeviceMutant<DeadBandSeams>({
  kind: 'dead-band-keeps-old',
  summary: 'one device in two reports a narrower dead-band and keeps the wider one',
  word: 'dead-band',
  caughtBy: 'dead-band-kept',
  scenario: 'tuned-bands',
  plant: (fired) => ({
    heedBand: (device, set, before) => {
      if (set >= before || hashText(`keeps-band/${device}`) % ONE_IN !== 0) return set;
      fired(`${device} ${set}`);
      return before;
    },
  }),
});
