/** Takes its time with some readings, and with all that come behind them. */
import type { IntakeSeams } from '../broker/intake.ts';
import { defineMutant } from '../mutant.ts';

const EVERY = 25;
const DELAY_MS = 1500;

export default defineMutant<IntakeSeams>({
  kind: 'telemetry-slow-ingest',
  summary: 'every 25th publish, and what comes behind it, waits 1.5 s',
  word: 'telemetry',
  caughtBy: 'latency',
  scenario: 'hello-fleet',
  plant: (fired) => {
    let publishes = 0;
    return {
      ingestDelayMs: (topic) => {
        publishes++;
        if (publishes % EVERY !== 0) return 0;
        fired(topic);
        return DELAY_MS;
      },
    };
  },
});
