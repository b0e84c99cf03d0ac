/** Keeps the session of an absent device but not the commands that came for it. */
import type { QueueSeams } from '../broker/sessions.ts';
import { defineMutant } from '../mutant.ts';

export default defineMutant<QueueSeams>({
  kind: 'commands-loses-queued',
  summary: 'commands for an absent device are acknowledged and not queued',
  word: 'commands',
  caughtBy: 'no-acked-loss',
  scenario: 'command-and-answer',
  plant: (fired) => ({
    queue: (topic, client) => {
      if (!topic.endsWith('/command')) return true;
      fired(`${topic} to ${client}`);
      return false;
    },
  }),
});
