/** What another rule was raised for long ago counts for a sequence all the same. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-composite-former',
  summary: "takes another rule's alarm for one that was raised within a time, however long ago",
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'composed-rules',
  plant: (fired) => ({
    takeFormer: (rule, device) => {
      fired(`${rule} ${device}`);
      return true;
    },
  }),
});
