/** A rule goes on by another's alarm when that is over: it does not look again. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-composite-stale',
  summary: "goes by another rule's alarm when that is over, as if it stood",
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'composed-rules',
  plant: (fired) => ({
    goOnByOver: (rule, device) => {
      fired(`${rule} ${device}`);
      return true;
    },
  }),
});
