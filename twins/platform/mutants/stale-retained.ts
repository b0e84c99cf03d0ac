/** Keeps the first retained value of some topics for ever. */
import { hashText } from '#kernel';
import { defineMutant } from '../platform.ts';

const ONE_IN = 3;

export default defineMutant({
  kind: 'stale-retained',
  summary: 'one retained topic in three never changes after its first value',
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
