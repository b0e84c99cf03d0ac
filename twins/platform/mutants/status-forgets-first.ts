/** Retains a status only from its second writing on: in the end all are there, and only then. */
import { hashText } from '#kernel';
import type { RetainSeams } from '../broker/retained.ts';
import { defineMutant } from '../mutant.ts';
import { indexIn } from './parts/payload.ts';

const ONE_IN = 3;

export default defineMutant<RetainSeams>({
  kind: 'status-forgets-first',
  summary: 'one retained topic in three is not set by its first value',
  word: 'status',
  caughtBy: 'retained-current',
  scenario: 'retained-and-wills',
  plant: (fired) => ({
    retain: (topic, payload) => {
      if (hashText(`forgets-first/${topic}`) % ONE_IN !== 0) return payload;
      if (indexIn(payload)?.n !== 0) return payload;
      fired(topic);
      return new Uint8Array(0);
    },
  }),
});
