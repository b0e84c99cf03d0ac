/** Whoever acknowledges is believed, whether there is anything to acknowledge or not. */
import { defineMutant } from '../mutant.ts';
import type { AlarmSeams } from '../services/alarms.ts';

export default defineMutant<AlarmSeams>({
  kind: 'alarms-acks-early',
  summary: 'takes an acknowledgement of an alarm that does not stand or has one already',
  word: 'alarms',
  caughtBy: 'alarm-lifecycle',
  scenario: 'alarm-flood',
  plant: (fired) => ({
    ackEarly: (subject) => {
      fired(subject);
      return true;
    },
  }),
});
