/** A platform that comes back raises what was over. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-resurrects',
  summary: 'raises alarms that are over once more when it starts',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    resurrect: (subject) => {
      fired(subject);
      return true;
    },
  }),
});
