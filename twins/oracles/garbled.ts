/**
 * What a message was before a byte of it was changed. Who changes a byte may hit the number by
 * which a message is known; then one would be lost and a stranger invented, where one byte was
 * changed. The hash of what was sent tells: bytes that are one byte away from it are that message.
 */
import { changedByte, type Entry, GOT_BY, hashBytes, type OpName } from '#kernel';
import type { ConnectionOracle } from './connections.ts';
import type { DeliveryOracle } from './delivery.ts';
import { HAPPENED } from './message-table.ts';
import { STREAM } from './streams.ts';

/** What it would have been written down as, and how a message is marked that was so before. */
const AS: Readonly<Record<number, { op: OpName; how: number }>> = {
  [GOT_BY.observer]: { op: 'observed', how: HAPPENED.observed },
  [GOT_BY.device]: { op: 'received', how: HAPPENED.received },
  // The same value may be handed over again and again.
  [GOT_BY.reader]: { op: 'retained', how: 0 },
};

/** Who changes everything beyond recognition is not traced message by message for ever. */
const MISSES_MAX = 200;

/** Of one lane. */
export class GarbledReader {
  readonly #delivery: DeliveryOracle;
  readonly #connections: ConnectionOracle;
  #misses = 0;

  constructor(delivery: DeliveryOracle, connections: ConnectionOracle) {
    this.#delivery = delivery;
    this.#connections = connections;
  }

  /** Gives a garbled entry the name it should have had; one that never had a name stays garbled. */
  restore(entry: Entry): void {
    const as = AS[entry.a];
    if (as === undefined) return;
    const n = this.#misses < MISSES_MAX ? this.#sentAs(entry, as.how) : -1;
    if (n < 0) this.#misses++;
    if (n < 0 && entry.b === 0) return;
    if (n >= 0) entry.n = n;
    entry.op = as.op;
  }

  #sentAs(entry: Entry, how: number): number {
    const bytes = payloadOf(entry);
    if (bytes === null) return -1;
    const { device, stream } = entry;
    let found = -1;
    const look = (n: number, hash: number, isSeen: boolean): void => {
      if (!isSeen && found < 0 && changedByte(bytes, hash) >= 0) found = n;
    };
    if (stream === STREAM.will) {
      for (const [n, hash] of this.#connections.of(device).wills.entries()) look(n, hash, false);
    } else this.#delivery.eachSent(device, stream, how, look);
    return found;
  }
}

function payloadOf({ text, hash }: Entry): Uint8Array | null {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return hashBytes(bytes) === hash ? bytes : null;
}
