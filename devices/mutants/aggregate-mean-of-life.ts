/** A device that never begins a sum anew: its mean is that of its whole life. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { AggregateSeams } from '../parts/aggregate.ts';

const ONE_IN = 3;

export default defineDeviceMutant<AggregateSeams>({
  kind: 'aggregate-mean-of-life',
  summary: 'the mean of a window is one over all windows since the device came up',
  word: 'aggregate',
  caughtBy: 'aggregate-true',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    beginsAnew: (device, window) => {
      if (hashText(`of-life/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${window}`);
      return false;
    },
  }),
});
