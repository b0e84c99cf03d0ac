/**
 * Stores a reading with one digit changed, and forwards it right: only a read-back by hash can
 * tell.
 */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { TelemetrySeams } from '../services/telemetry.ts';
import { withFlippedDigit } from './parts/payload.ts';

const ONE_IN = 60;

export default defineMutant<TelemetrySeams>({
  kind: 'telemetry-stores-flipped-digit',
  summary: 'about one reading in sixty is stored with a changed digit',
  word: 'telemetry',
  caughtBy: 'no-phantom',
  scenario: 'hello-fleet',
  plant: (fired) => ({
    store: (rows) =>
      rows.map((row) => {
        const name = `${row.device} ${row.stream} ${row.n}`;
        if (hashText(`stores-flipped-digit/${name}`) % ONE_IN !== 0) return row;
        fired(name);
        return { ...row, payload: withFlippedDigit(row.payload) };
      }),
  }),
});
