/** Keeps the first retained value of some topics for ever. */
import { hashText } from '#kernel';
import type { RetainSeams } from '../broker/retained.ts';
import { defineMutant } from '../mutant.ts';

const ONE_IN = 3;

export default defineMutant<RetainSeams>({
  kind: 'status-stale-retained',
  summary: 'one retained topic in three never changes after its first value',
  word: 'status',
  caughtBy: 'retained-current',
  scenario: 'retained-and-wills',
  plant: (fired) => ({
    retain: (topic, payload, old) => {
      if (old === null || hashText(`stale-retained/${topic}`) % ONE_IN !== 0) return payload;
      fired(topic);
      return null;
    },
  }),
});
