/** What gives a rule its moments: readings as they come, or times at which something is over. */
import type { Reading } from '../rows.ts';

export interface Source {
  /** A reading that says it is of no time to come; what was due before has been done. */
  heard(reading: Reading): void;
  /** Does what is due by then, by the platform's clock. */
  tick(now: number): void;
  /** When something is due; Infinity for never. */
  nextDue: number;
}
