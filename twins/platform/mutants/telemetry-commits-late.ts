/**
 * Acknowledges first and commits some rows later: what is late when the platform is killed, or read
 * at the end, is lost.
 */
import { defineMutant } from '../mutant.ts';
import type { TakenRow } from '../service.ts';
import type { TelemetrySeams } from '../services/telemetry.ts';

/** So many rows are acknowledged and in memory only. */
const LATE_ROWS = 24;

export default defineMutant<TelemetrySeams>({
  kind: 'telemetry-commits-late',
  summary: 'rows are committed only when 24 more have been acknowledged',
  word: 'telemetry',
  caughtBy: 'no-acked-loss',
  scenario: 'broker-kill',
  plant: (fired) => {
    const late: TakenRow[] = [];
    return {
      store: (rows) => {
        for (const row of rows) {
          late.push(row);
          fired(`${row.device} ${row.stream} ${row.n}`);
        }
        return late.splice(0, Math.max(0, late.length - LATE_ROWS));
      },
    };
  },
});
