/** Some devices stay offline in the platform's eyes, whatever they do. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { PresenceSeams } from '../services/presence.ts';

const ONE_IN = 3;

export default defineMutant<PresenceSeams>({
  kind: 'presence-stuck',
  summary: 'one device in three is shown offline while it is connected',
  word: 'presence',
  caughtBy: 'presence',
  scenario: 'retained-and-wills',
  plant: (fired) => ({
    presence: (device, online) => {
      if (!online || hashText(`presence-stuck/${device}`) % ONE_IN !== 0) return online;
      fired(device);
      return null;
    },
  }),
});
