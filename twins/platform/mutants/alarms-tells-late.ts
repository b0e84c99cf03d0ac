/** A person is told of each change once, and long after it. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-tells-late',
  summary: 'tells a person of a change twelve seconds after it',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    tellsAfter: (subject) => {
      fired(subject);
      return 12_000;
    },
  }),
});
