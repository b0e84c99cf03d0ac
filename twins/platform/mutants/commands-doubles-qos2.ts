/** Sends a QoS 2 message twice, as two messages with packet ids of their own. */
import { hashBytes } from '#kernel';
import type { ForwardSeams } from '../broker/forward.ts';
import { defineMutant } from '../mutant.ts';

const ONE_IN = 40;

export default defineMutant<ForwardSeams>({
  kind: 'commands-doubles-qos2',
  summary: 'about one QoS 2 message in forty is forwarded twice',
  word: 'commands',
  caughtBy: 'exactly-once',
  scenario: 'command-and-answer',
  plant: (fired) => ({
    forward: (packet) => {
      if (packet.qos !== 2 || hashBytes(packet.payload) % ONE_IN !== 0) return [packet];
      fired(packet.topic);
      return [packet, packet];
    },
  }),
});
