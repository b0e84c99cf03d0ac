/** A platform that comes back raises what stands once more. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-raises-at-start',
  summary: 'raises alarms that stand once more when it starts',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'alarm-rules',
  plant: (fired) => ({
    raiseAtStart: (rule, subject) => {
      fired(`${rule} ${subject}`);
      return true;
    },
  }),
});
