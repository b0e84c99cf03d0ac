/** Hands two readings of one device over in the wrong order. */
import { hashBytes } from '#kernel';
import type { ForwardedPacket, ForwardSeams } from '../broker/forward.ts';
import { defineMutant } from '../mutant.ts';

const ONE_IN = 40;

export default defineMutant<ForwardSeams>({
  kind: 'telemetry-swaps-two',
  summary: 'about one reading in forty is overtaken by the next of its device',
  word: 'telemetry',
  caughtBy: 'in-order',
  scenario: 'hello-fleet',
  plant: (fired) => {
    /** Held back, by client and topic. */
    const held = new Map<string, ForwardedPacket>();
    return {
      forward: (packet, client) => {
        const key = `${client} ${packet.topic}`;
        const before = held.get(key);
        if (before !== undefined) {
          held.delete(key);
          fired(packet.topic);
          return [packet, before];
        }
        const isReading = packet.topic.endsWith('/telemetry') && !packet.retain;
        if (!isReading || hashBytes(packet.payload) % ONE_IN !== 0) return [packet];
        held.set(key, packet);
        return [];
      },
    };
  },
});
