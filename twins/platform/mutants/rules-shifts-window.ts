/** Each window is off by one: it has the readings of the one before. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-shifts-window',
  summary: 'looks at the window before the one that is over',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'late-data',
  plant: (fired) => ({
    shiftWindow: (rule, subject) => {
      fired(`${rule} ${subject}`);
      return -1;
    },
  }),
});
