/**
 * What a message was before a byte of it was changed. Who changes a byte may hit the number by
 * which a message is known; then one would be lost and a stranger invented, where one byte was
 * changed. The hash of what was sent tells: bytes that are one byte away from it are that message.
 */
import {
  changedByte,
  GOT_BY,
  hashBytes,
  type LedgerEntry,
  type LedgerEntryOf,
  type Plan,
  streamOf,
} from '#kernel';
import type { ConnectionOracle } from './connections.ts';
import type { DeliveryOracle } from './delivery.ts';
import { HAPPENED } from './message-table.ts';

/** What it would have been written down as, and how a message is marked that was so before. */
const AS = {
  [GOT_BY.observer]: { op: 'observed', how: HAPPENED.observed },
  [GOT_BY.device]: { op: 'received', how: HAPPENED.received },
  // The same value may be handed over again and again.
  [GOT_BY.reader]: { op: 'retained', how: 0 },
  [GOT_BY.looker]: { op: 'glimpsed', how: 0 },
} as const satisfies Readonly<Record<number, { op: LedgerEntry['op']; how: number }>>;

/** Who changes everything beyond recognition is not traced message by message for ever. */
const MISSES_MAX = 200;

/** Of one lane. */
export class GarbledReader {
  readonly #plan: Plan;
  readonly #delivery: DeliveryOracle;
  readonly #connections: ConnectionOracle;
  #misses = 0;

  constructor(plan: Plan, delivery: DeliveryOracle, connections: ConnectionOracle) {
    this.#plan = plan;
    this.#delivery = delivery;
    this.#connections = connections;
  }

  /** The entry under the name it should have had; one that never had a name stays garbled. */
  restored(entry: LedgerEntryOf<'garbled'>): LedgerEntry {
    const as = AS[entry.by as keyof typeof AS];
    if (as === undefined) return entry;
    const found = this.#misses < MISSES_MAX ? this.#sentAs(entry, as.how) : null;
    if (found === null) this.#misses++;
    if (found === null && !entry.numbered) return entry;
    const { t, device, stream, hash, flags } = entry;
    const n = found ?? entry.n;
    return { t, op: as.op, device, stream, n, epoch: 0, hash, flags };
  }

  #sentAs(entry: LedgerEntryOf<'garbled'>, how: number): number | null {
    const bytes = payloadOf(entry);
    if (bytes === null) return null;
    const { device, stream } = entry;
    let found: number | null = null;
    const look = (n: number, hash: number, isSeen: boolean): void => {
      if (!isSeen && found === null && changedByte(bytes, hash) >= 0) found = n;
    };
    if (streamOf(this.#plan, stream)?.schedule.by === 'attempt') {
      for (const [n, hash] of this.#connections.of(device).wills.entries()) look(n, hash, false);
    } else this.#delivery.eachSent(device, stream, how, look);
    return found;
  }
}

function payloadOf({ payload, hash }: LedgerEntryOf<'garbled'>): Uint8Array | null {
  const bytes = Uint8Array.from(atob(payload), (letter) => letter.charCodeAt(0));
  return hashBytes(bytes) === hash ? bytes : null;
}
