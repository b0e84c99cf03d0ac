/** A device that never comes back to its own interval once it has a longer one. */
import { defineDeviceMutant } from '../mutant.ts';
import type { AdaptiveSeams } from '../parts/adaptive.ts';

export default defineDeviceMutant<AdaptiveSeams>({
  kind: 'adaptive-stays-long',
  summary: 'a device stays at its long interval although its signals move',
  word: 'adaptive',
  caughtBy: 'adaptive-kept',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    staysLong: (device, n) => {
      fired(`${device} ${n}`);
      return true;
    },
  }),
});
