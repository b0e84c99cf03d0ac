/**
 * What the flash of a device went through, in order: offers that it took, what it loaded, how far
 * its update was, what it ran when it came up, what it kept, and when its power went. It decides
 * nothing; whoever finds something amiss shows it with what led there.
 */
import type { LedgerEntry } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    flash: FlashOracle;
  }
}

const OPS = [
  'off',
  'state',
  'ota/began',
  'ota/fetched',
  'ota/booted',
  'ota/bricked',
  'ota/harmed',
  'ota/kept',
  'ota/ended',
] as const;

export default defineOracle({
  kind: 'flash',
  summary: 'what the flash of a device went through around an instant',
  scope: 'lane',
  ops: OPS,
  start: () => new FlashOracle(),
});

export interface FlashEvent {
  /** Microseconds. */
  t: number;
  op: (typeof OPS)[number];
  fields: Readonly<Record<string, number | string | boolean>>;
}

/** So much of a life is known at least: of one that goes on and on, the end. */
const KNOWN_LEAST = 200;
/** So much of it is told: what led there, and how it began. */
const [FIRST, LAST] = [4, 8];
const REGION = 'ota.';

export class FlashOracle implements OracleFold {
  readonly #lives = new Map<number, FlashEvent[]>();

  step(entry: LedgerEntry): void {
    if (entry.op === 'state' && !entry.state.startsWith(REGION)) return;
    const { t, op, device, ...fields } = entry as unknown as FlashEvent['fields'] & {
      t: number;
      op: FlashEvent['op'];
      device: number;
    };
    const life = this.#lives.get(device) ?? [];
    this.#lives.set(device, life);
    life.push({ t, op, fields });
    if (life.length >= 2 * KNOWN_LEAST) life.splice(0, KNOWN_LEAST);
  }

  /** From the offer on that it had taken last by then; of a long story the begin and the end. */
  until(device: number, t: number): FlashEvent[] {
    const life = (this.#lives.get(device) ?? []).filter((event) => event.t <= t);
    const from = life.findLastIndex(({ op }) => op === 'ota/began');
    const told = life.slice(Math.max(0, from));
    if (told.length <= FIRST + LAST) return told;
    return from < 0 ? told.slice(-LAST) : [...told.slice(0, FIRST), ...told.slice(-LAST)];
  }
}
