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

export class Memory {
  readonly #tables: RuleTables;
  readonly #devices = new Map<string, Reading[]>();

  constructor(tables: RuleTables) {
    this.#tables = tables;
  }

  load(): void {
    for (const reading of this.#tables.memory()) this.#of(reading.device).push(reading);
  }

  devices(): IterableIterator<string> {
    return this.#devices.keys();
  }

  /** As they came. */
  of(device: string): readonly Reading[] {
    return this.#devices.get(device) ?? [];
  }

  /** Null for one that is there already. */
  add(reading: Omit<Reading, 'place'>, need: Need): Reading | null {
    const { device, n, at, received } = reading;
    const kept = this.#of(device);
    if (kept.some((one) => one.n === n && one.at === at)) return null;
    const added = { ...reading, place: this.#tables.keep(reading) };
    kept.push(added);
    this.#trim(device, kept, need, received);
    return added;
  }

  #of(device: string): Reading[] {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    const kept: Reading[] = [];
    this.#devices.set(device, kept);
    return kept;
  }

  /** From the first on, as long as nobody needs them. */
  #trim(device: string, kept: Reading[], { overMs, last, holdMs }: Need, now: number): void {
    const latest = kept.reduce((most, { at, isLate }) => (isLate ? most : Math.max(most, at)), -1);
    let idle = 0;
    while (idle < kept.length - Math.max(1, last)) {
      const { at, isLate } = kept[idle] as Reading;
      const isInWindow = now < at + holdMs;
      const isLookedAt = !isLate && at > latest - overMs;
      if ((isInWindow || isLookedAt) && kept.length - idle <= MOST) break;
      idle++;
    }
    if (idle < AT_ONCE) return;
    kept.splice(0, idle);
    this.#tables.forget(device, kept[0]?.place ?? 0);
  }
}
