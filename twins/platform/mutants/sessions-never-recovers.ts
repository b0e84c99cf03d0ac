/** Some devices, once gone, are not let in again. */
import { hashText } from '#kernel';
import type { AdmitSeams } from '../broker/broker.ts';
import { defineMutant } from '../mutant.ts';
import type { PresenceSeams } from '../services/presence.ts';

const ONE_IN = 5;

export default defineMutant<PresenceSeams & AdmitSeams>({
  kind: 'sessions-never-recovers',
  summary: 'one device in five is refused for good once it has been away',
  word: 'sessions',
  caughtBy: 'recovered',
  scenario: 'regional-partition',
  plant: (fired) => {
    const gone = new Set<string>();
    return {
      presence: (device, online) => {
        if (!online && hashText(`never-recovers/${device}`) % ONE_IN === 0) gone.add(device);
        return online;
      },
      admit: (user) => {
        if (!gone.has(user)) return true;
        fired(user);
        return false;
      },
    };
  },
});
