/** Changes one byte of a message on its way to a subscriber. */
import { hashBytes } from '#kernel';
import type { ForwardSeams } from '../broker/forward.ts';
import { defineMutant } from '../mutant.ts';
import { withFlippedDigit } from './parts/payload.ts';

const ONE_IN = 60;

export default defineMutant<ForwardSeams>({
  kind: 'telemetry-flips-byte',
  summary: 'about one message in sixty is forwarded with a changed byte',
  word: 'telemetry',
  caughtBy: 'no-phantom',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    forward: (packet) => {
      if (hashBytes(packet.payload) % ONE_IN !== 0) return [packet];
      fired(packet.topic);
      return [{ ...packet, payload: withFlippedDigit(packet.payload) }];
    },
  }),
});
