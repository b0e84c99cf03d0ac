/** A platform is killed, and rules that were half-way through their time begin anew. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-forgets-delay',
  summary: 'goes on with no rule where it was before a kill',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'alarm-rules',
  plant: (fired) => ({
    keepDelay: (rule, device) => {
      fired(`${rule} ${device}`);
      return false;
    },
  }),
});
