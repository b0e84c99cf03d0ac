/** Adds a difference to whatever came last, and not to the sample that it names. */
import { defineMutant } from '../mutant.ts';
import type { DeltaSeams } from '../services/delta.ts';

export default defineMutant<DeltaSeams>({
  kind: 'delta-adds-to-last',
  summary: 'differences are added to the last sample that is there, and not to the one they name',
  word: 'delta',
  caughtBy: 'delta-true',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    baseOf: (device, named, last) => {
      if (last !== named) fired(`${device} ${named}`);
      return last;
    },
  }),
});
