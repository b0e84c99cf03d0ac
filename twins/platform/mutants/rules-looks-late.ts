/** Windows and silences are looked at long after they are over. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

/** More than any deadline allows that a scenario of ours declares. */
const LATE_MS = 4000;

export default defineMutant<RuleSeams>({
  kind: 'rules-looks-late',
  summary: 'looks at windows and silences four seconds after they are over',
  word: 'rules',
  caughtBy: 'rule-deadline',
  scenario: 'late-data',
  plant: (fired) => ({
    dueLateMs: () => {
      fired('something is due');
      return LATE_MS;
    },
  }),
});
