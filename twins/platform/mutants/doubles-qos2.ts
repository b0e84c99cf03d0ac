/** Sends a QoS 2 message twice, as two messages with packet ids of their own. */
import { hashBytes } from '#kernel';
import { defineMutant } from '../platform.ts';

const ONE_IN = 40;

export default defineMutant({
  kind: 'doubles-qos2',
  summary: 'about one QoS 2 message in forty is forwarded twice',
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
