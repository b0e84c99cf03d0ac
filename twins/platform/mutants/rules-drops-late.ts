/** What comes late is left out of windows that wait for it. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-drops-late',
  summary: 'leaves readings out of windows for which they come late, though not too late',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'late-data',
  plant: (fired) => ({
    takeLate: (rule, device) => {
      fired(`${rule} ${device}`);
      return false;
    },
  }),
});
