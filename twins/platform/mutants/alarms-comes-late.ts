/** An alarm comes and goes with its rule, and long after it. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-comes-late',
  summary: 'raises and clears an alarm twelve seconds after its rule',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    comesAfter: (subject) => {
      fired(subject);
      return 12_000;
    },
  }),
});
