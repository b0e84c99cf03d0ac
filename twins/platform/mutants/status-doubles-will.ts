/** Publishes the will of every second device that dies twice. */
import type { IntakeSeams } from '../broker/intake.ts';
import { defineMutant } from '../mutant.ts';

const EVERY = 2;

export default defineMutant<IntakeSeams>({
  kind: 'status-doubles-will',
  summary: 'every second will is published twice',
  word: 'status',
  caughtBy: 'will-honest',
  scenario: 'retained-and-wills',
  plant: (fired) => {
    let wills = 0;
    return {
      will: (client, payload) => {
        wills++;
        if (wills % EVERY !== 0) return [payload];
        fired(client);
        return [payload, payload];
      },
    };
  },
});
