/** Acknowledges a reading and never stores it: the bug this product exists to find. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { TelemetrySeams } from '../services/telemetry.ts';

/**
 * By identity and not by counting, so that the same readings are lost whatever the order of
 * arrival.
 */
const ONE_IN = 50;

export default defineMutant<TelemetrySeams>({
  kind: 'telemetry-loses-acked-row',
  summary: 'about one reading in fifty is acknowledged and never stored',
  word: 'telemetry',
  caughtBy: 'no-acked-loss',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    store: (rows) =>
      rows.filter((row) => {
        const name = `${row.device} ${row.stream} ${row.n}`;
        const isLost = hashText(`loses-acked-row/${name}`) % ONE_IN === 0;
        if (isLost) fired(name);
        return !isLost;
      }),
  }),
});
