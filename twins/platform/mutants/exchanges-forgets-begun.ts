/**
 * Takes a QoS 2 message that is sent again for a new one, as a broker does that forgets the packet
 * ids of exchanges which have begun. As long as no acknowledgement is lost and no sender repeats
 * itself, nobody can tell.
 */
import type { IncomingSeams } from '../broker/open-incoming.ts';
import { defineMutant } from '../mutant.ts';

export default defineMutant<IncomingSeams>({
  kind: 'exchanges-forgets-begun',
  summary: 'a QoS 2 message that is sent again is handed on again',
  word: 'exchanges',
  caughtBy: 'exactly-once',
  scenario: 'lost-acks',
  plant: (fired) => ({
    again: (client, messageId) => {
      fired(`${client} ${messageId}`);
      return false;
    },
  }),
});
