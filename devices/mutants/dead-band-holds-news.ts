/** A device that now and then holds back what it should have said. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { DeadBandSeams } from '../parts/dead-band.ts';

const ONE_IN = 5;

export default defineDeviceMutant<DeadBandSeams>({
  kind: 'dead-band-holds-news',
  summary: 'about one reading in five that says something new is held back',
  word: 'dead-band',
  caughtBy: 'dead-band-kept',
  scenario: 'quiet-sensors',
  plant: (fired) => ({
    holdNews: (device, n) => {
      if (hashText(`holds-news/${device}/${n}`) % ONE_IN !== 0) return false;
      fired(`${device} ${n}`);
      return true;
    },
  }),
});
