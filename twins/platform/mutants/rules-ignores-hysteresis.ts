/** An alarm goes as soon as its condition does, whatever its rule says of when it is over. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-ignores-hysteresis',
  summary: 'an alarm is over as soon as what made it true is not so',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'alarm-rules',
  plant: (fired) => ({
    clearEarly: (rule, device) => {
      fired(`${rule} ${device}`);
      return true;
    },
  }),
});
