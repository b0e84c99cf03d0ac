/**
 * Tells a returning device, now and then, that it has no session, and has thrown its queue away.
 */
import type { SessionSeams } from '../broker/session-life.ts';
import { defineMutant } from '../mutant.ts';

const EVERY = 3;

export default defineMutant<SessionSeams>({
  kind: 'sessions-forgets-some',
  summary: 'every third return to a persistent session finds none',
  word: 'sessions',
  caughtBy: 'session-kept',
  scenario: 'regional-partition',
  plant: (fired) => {
    let returns = 0;
    return {
      session: (client) => {
        returns++;
        if (returns % EVERY !== 0) return true;
        fired(client);
        return false;
      },
    };
  },
});
