/** A device that goes away slows the readings of everybody else for a while. */
import type { IntakeSeams } from '../broker/intake.ts';
import { defineMutant } from '../mutant.ts';
import type { PresenceSeams } from '../services/presence.ts';

const SLOW_FOR_MS = 4000;
const DELAY_MS = 600;

export default defineMutant<PresenceSeams & IntakeSeams>({
  kind: 'telemetry-leaks-blast',
  summary: 'for 4 s after any device went away, every publish takes 600 ms longer',
  word: 'telemetry',
  caughtBy: 'blast-radius',
  scenario: 'regional-partition',
  plant: (fired, now) => {
    let slowUntil = -1;
    return {
      presence: (_, online) => {
        if (!online) slowUntil = now() + SLOW_FOR_MS;
        return online;
      },
      ingestDelayMs: (topic) => {
        if (now() >= slowUntil) return 0;
        fired(topic);
        return DELAY_MS;
      },
    };
  },
});
