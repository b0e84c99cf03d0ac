/** Some devices publish their status without the retain flag: who comes later is told nothing. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { StatusSeams } from '../parts/status.ts';

const ONE_IN = 3;

export default defineDeviceMutant<StatusSeams>({
  kind: 'status-unretained',
  summary: 'one device in three publishes its status without the retain flag',
  word: 'status',
  caughtBy: 'retained-current',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    retainStatus: (device, n) => {
      if (hashText(`unretained/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${n}`);
      return false;
    },
  }),
});
