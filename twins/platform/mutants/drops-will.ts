/** Forgets the will of every second device that dies. */
import { defineMutant } from '../platform.ts';

const EVERY = 2;

export default defineMutant({
  kind: 'drops-will',
  summary: 'every second will is not published',
  caughtBy: 'will-honest',
  scenario: 'retained-and-wills',
  plant: (fired) => {
    let wills = 0;
    return {
      will: (client, payload) => {
        wills++;
        if (wills % EVERY !== 0) return [payload];
        fired(client);
        return [];
      },
    };
  },
});
