/** What is due once is raised twice. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-fires-twice',
  summary: 'raises each alarm twice',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'alarm-rules',
  plant: (fired) => ({
    raiseAgain: (rule, device) => {
      fired(`${rule} ${device}`);
      return true;
    },
  }),
});
