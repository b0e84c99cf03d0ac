/** Rules look at a reading in the order of their telling, some before those they wait for. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-composite-order',
  summary: 'has a rule look at a reading before the rule of whose alarms it speaks',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'composed-rules',
  plant: (fired) => ({
    inTold: () => {
      fired('rules that speak of others');
      return true;
    },
  }),
});
