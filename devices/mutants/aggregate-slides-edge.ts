/** A device whose windows now and then end one sample too early: it falls into the next one. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { AggregateSeams } from '../parts/aggregate.ts';

const ONE_IN = 3;

export default defineDeviceMutant<AggregateSeams>({
  kind: 'aggregate-slides-edge',
  summary: 'the last sample of a window falls into the next one now and then',
  word: 'aggregate',
  caughtBy: 'aggregate-true',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    windowOfLast: (device, n, honest) => {
      if (hashText(`slides/${device}/${n}`) % ONE_IN !== 0) return honest;
      fired(`${device} ${n}`);
      return honest + 1;
    },
  }),
});
