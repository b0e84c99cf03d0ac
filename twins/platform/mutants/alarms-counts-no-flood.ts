/** There are too many, and nobody says so. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-counts-no-flood',
  summary: 'counts no flood of alarms',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    countFlood: (at) => {
      fired(String(at));
      return false;
    },
  }),
});
