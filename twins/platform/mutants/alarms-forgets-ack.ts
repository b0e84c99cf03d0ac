/** A platform is killed, and what was acknowledged has to be so once more. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-forgets-ack',
  summary: 'forgets at a kill which alarms were acknowledged',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    keepAck: (subject) => {
      fired(subject);
      return false;
    },
  }),
});
