/** A device that never comes back to its own interval once it has a longer one. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { AdaptiveSeams } from '../parts/adaptive.ts';

const ONE_IN = 3;

export default defineDeviceMutant<AdaptiveSeams>({
  kind: 'adaptive-stays-long',
  summary: 'a device stays at its long interval although its signals move',
  word: 'adaptive',
  caughtBy: 'adaptive-kept',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    staysLong: (device, n) => {
      if (hashText(`stays-long/${device}`) % ONE_IN !== 0) return false;
      fired(`${device} ${n}`);
      return true;
    },
  }),
});
