/** Loses the retained value of some topics as soon as it is set. */
import { hashText } from '#kernel';
import type { RetainSeams } from '../broker/retained.ts';
import { defineMutant } from '../mutant.ts';

const ONE_IN = 5;

export default defineMutant<RetainSeams>({
  kind: 'status-forgets-retained',
  summary: 'one retained topic in five is cleared instead of set',
  word: 'status',
  caughtBy: 'retained-current',
  scenario: 'retained-and-wills',
  plant: (fired) => ({
    retain: (topic, payload) => {
      if (payload.length === 0 || hashText(`forgets-retained/${topic}`) % ONE_IN !== 0) {
        return payload;
      }
      fired(topic);
      return new Uint8Array(0);
    },
  }),
});
