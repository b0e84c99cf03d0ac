/** What lies on the shelf is told all the same. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-tells-shelved',
  summary: 'tells a person of alarms that are shelved',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    tellShelved: (subject) => {
      fired(subject);
      return true;
    },
  }),
});
