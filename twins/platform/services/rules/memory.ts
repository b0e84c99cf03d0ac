/**
 * The readings of a device that may still matter to a rule: those that a condition looks back to,
 * and those of windows that are not over. What is kept here is in the store as well.
 */
import type { Reading } from './rows.ts';
import type { RuleTables } from './tables.ts';

/** How far back the rules over a device look. */
export interface Need {
  overMs: number;
  last: number;
  /** How long after its own time a reading may be part of a window that is not over. */
  holdMs: number;
}

export const NO_NEED: Need = { overMs: 0, last: 0, holdMs: 0 };

/** Whatever a plan says, no more is kept of one device. */
const MOST = 4000;
/** So many are taken out of the store at one time. */
const AT_ONCE = 16;

/** What is kept of one device. */
interface Kept {
  /** As they came. */
  readings: Reading[];
  /** By number and time: what is there already is known without looking at all of it. */
  names: Set<string>;
  /** Of those in turn, the time of the latest; they come in the order of their times. */
  latest: number;
}

const nameOf = ({ n, at }: Pick<Reading, 'n' | 'at'>): string => `${n} ${at}`;

export class Memory {
  readonly #tables: RuleTables;
  readonly #devices = new Map<string, Kept>();

  constructor(tables: RuleTables) {
    this.#tables = tables;
  }

  load(): void {
    for (const reading of this.#tables.memory()) push(this.#of(reading.device), reading);
  }

  devices(): IterableIterator<string> {
    return this.#devices.keys();
  }

  /** As they came. */
  of(device: string): readonly Reading[] {
    return this.#devices.get(device)?.readings ?? [];
  }

  /** Null for one that is there already. */
  add(reading: Omit<Reading, 'place'>, need: Need): Reading | null {
    const kept = this.#of(reading.device);
    if (kept.names.has(nameOf(reading))) return null;
    const added = { ...reading, place: this.#tables.keep(reading) };
    push(kept, added);
    this.#trim(kept, need, added);
    return added;
  }

  #of(device: string): Kept {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    const kept: Kept = { readings: [], names: new Set(), latest: -1 };
    this.#devices.set(device, kept);
    return kept;
  }

  /** From the first on, as long as nobody needs them. */
  #trim(
    { readings, names, latest }: Kept,
    { overMs, last, holdMs }: Need,
    { device, received: now }: Reading,
  ): void {
    let idle = 0;
    while (idle < readings.length - Math.max(1, last)) {
      const { at, isLate } = readings[idle] as Reading;
      const isInWindow = now < at + holdMs;
      const isLookedAt = !isLate && at > latest - overMs;
      if ((isInWindow || isLookedAt) && readings.length - idle <= MOST) break;
      idle++;
    }
    if (idle < AT_ONCE) return;
    for (const gone of readings.splice(0, idle)) names.delete(nameOf(gone));
    this.#tables.forget(device, readings[0]?.place ?? 0);
  }
}

function push(kept: Kept, reading: Reading): void {
  kept.readings.push(reading);
  kept.names.add(nameOf(reading));
  if (!reading.isLate) kept.latest = Math.max(kept.latest, reading.at);
}
