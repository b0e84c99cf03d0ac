/** A person is told of one thing twice. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-tells-twice',
  summary: 'tells a person of each change twice',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    tellAgain: (subject) => {
      fired(subject);
      return true;
    },
  }),
});
