/** Some devices are left out of the list in which alarms stand. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { RuleSeams } from '../services/rules.ts';

const ONE_IN = 3;

export default defineMutant<RuleSeams>({
  kind: 'rules-hides-some',
  summary: 'leaves about one device in three out of what it lists, with its alarms',
  word: 'rules',
  caughtBy: 'rule-exactly-once',
  scenario: 'alarm-rules',
  plant: (fired) => ({
    hide: (device) => {
      if (hashText(`hides-some/${device}`) % ONE_IN !== 0) return false;
      fired(device);
      return true;
    },
  }),
});
