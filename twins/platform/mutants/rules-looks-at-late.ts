/** A reading that came after a later one is looked at as if it were the latest. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-looks-at-late',
  summary: 'lets a reading that came after a later one raise an alarm, or end it',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'clock-step',
  plant: (fired) => ({
    lookAtLate: (rule, device) => {
      fired(`${rule} ${device}`);
      return true;
    },
  }),
});
