/** Readings are taken to be of the time at which they came. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-goes-by-arrival',
  summary: 'takes the time at which a reading came for the time that it is of',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'late-data',
  plant: (fired) => ({
    timeOf: (device, _, received) => {
      fired(device);
      return received;
    },
  }),
});
