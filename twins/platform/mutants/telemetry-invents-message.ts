/** Forwards, beside a real message, one that nobody sent. */
import { hashBytes } from '#kernel';
import type { ForwardSeams } from '../broker/forward.ts';
import { defineMutant } from '../mutant.ts';
import { withOtherIndex } from './parts/payload.ts';

const ONE_IN = 60;
/** Far beyond any index that a plan schedules. */
const INDEX_OFFSET = 1_000_000;

export default defineMutant<ForwardSeams>({
  kind: 'telemetry-invents-message',
  summary: 'about one message in sixty is followed by one that nobody sent',
  word: 'telemetry',
  caughtBy: 'no-phantom',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    forward: (packet) => {
      if (hashBytes(packet.payload) % ONE_IN !== 0) return [packet];
      const payload = withOtherIndex(packet.payload, INDEX_OFFSET);
      if (payload === null) return [packet];
      fired(packet.topic);
      return [packet, { ...packet, payload }];
    },
  }),
});
