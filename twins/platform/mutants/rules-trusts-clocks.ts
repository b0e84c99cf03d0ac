/** Windows are over as soon as any device says that it is later. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-trusts-clocks',
  summary: 'lets the clock of one device end the windows of all',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'clock-step',
  plant: (fired) => ({
    trustClocks: (device) => {
      fired(device);
      return true;
    },
  }),
});
