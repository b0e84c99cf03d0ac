/** Acknowledges a command to the commander and never hands it to the device. */
import { hashBytes } from '#kernel';
import { defineMutant } from '../platform.ts';

const ONE_IN = 8;

export default defineMutant({
  kind: 'drops-command',
  summary: 'about one command in eight is acknowledged and never delivered',
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
