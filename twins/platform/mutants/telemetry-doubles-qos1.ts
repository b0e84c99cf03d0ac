/** Sends a QoS 1 message twice, as two messages with packet ids of their own. */
import { hashBytes } from '#kernel';
import type { ForwardSeams } from '../broker/forward.ts';
import { defineMutant } from '../mutant.ts';

const ONE_IN = 40;

export default defineMutant<ForwardSeams>({
  kind: 'telemetry-doubles-qos1',
  summary: 'about one QoS 1 message in forty is forwarded twice',
  word: 'telemetry',
  caughtBy: 'duplicates-explained',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    forward: (packet) => {
      if (packet.qos !== 1 || hashBytes(packet.payload) % ONE_IN !== 0) return [packet];
      fired(packet.topic);
      return [packet, packet];
    },
  }),
});
