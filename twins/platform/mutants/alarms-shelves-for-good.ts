/** The time on the shelf is over, and nobody takes it off. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-shelves-for-good',
  summary: 'never takes an alarm off the shelf by itself',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    endShelf: (subject) => {
      fired(subject);
      return false;
    },
  }),
});
