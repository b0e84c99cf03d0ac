/** A device is not on the list of alarms, as if there were none of it. */
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

export default defineMutant<RuleSeams>({
  kind: 'rules-hides-device',
  summary: 'leaves some devices off the list of its alarms',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'alarm-rules',
  plant: (fired) => ({
    lists: (device) => {
      if (!device.endsWith('/1')) return true;
      fired(device);
      return false;
    },
  }),
});
