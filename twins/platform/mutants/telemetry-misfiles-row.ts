/**
 * Stores a reading under the device that was heard before: one device loses what another seems to
 * gain.
 */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { TelemetrySeams } from '../services/telemetry.ts';

const ONE_IN = 60;

export default defineMutant<TelemetrySeams>({
  kind: 'telemetry-misfiles-row',
  summary: 'about one reading in sixty is stored under another device',
  word: 'telemetry',
  caughtBy: 'no-acked-loss',
  scenario: 'hello-fleet',
  plant: (fired) => {
    let previous: string | null = null;
    return {
      store: (rows) =>
        rows.map((row) => {
          const other = previous;
          previous = row.device;
          const name = `${row.device} ${row.stream} ${row.n}`;
          const isHit = hashText(`misfiles-row/${name}`) % ONE_IN === 0;
          if (!isHit || other === null || other === row.device) return row;
          fired(`${name} as ${other}`);
          return { ...row, device: other };
        }),
    };
  },
});
