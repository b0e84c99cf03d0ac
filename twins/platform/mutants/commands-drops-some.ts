/** Acknowledges a command to the operator and never hands it to the device. */
import { hashBytes } from '#kernel';
import type { ForwardSeams } from '../broker/forward.ts';
import { defineMutant } from '../mutant.ts';

const ONE_IN = 8;

export default defineMutant<ForwardSeams>({
  kind: 'commands-drops-some',
  summary: 'about one command in eight is acknowledged and never delivered',
  word: 'commands',
  caughtBy: 'no-acked-loss',
  scenario: 'command-and-answer',
  plant: (fired) => ({
    forward: (packet, client) => {
      const isHit = packet.topic.endsWith('/command') && hashBytes(packet.payload) % ONE_IN === 0;
      if (!isHit) return [packet];
      fired(`${packet.topic} to ${client}`);
      return [];
    },
  }),
});
