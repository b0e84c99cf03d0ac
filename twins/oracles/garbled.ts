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

/** Gives a garbled entry the name it should have had; one that never had a name stays garbled. */
export function restoreGarbled(
  entry: Entry,
  delivery: DeliveryOracle,
  connections: ConnectionOracle,
): void {
  const got = AS[entry.a];
  if (got === undefined) return;
  const n = wasSentAs(entry, got.how, delivery, connections);
  if (n < 0 && entry.b === 0) return;
  if (n >= 0) entry.n = n;
  entry.op = got.op;
}

function wasSentAs(
  entry: Entry,
  how: number,
  delivery: DeliveryOracle,
  connections: ConnectionOracle,
): number {
  const bytes = payloadOf(entry);
  if (bytes === null) return -1;
  const { device, stream } = entry;
  let found = -1;
  const look = (n: number, hash: number, isSeen: boolean): void => {
    if (!isSeen && found < 0 && changedByte(bytes, hash) >= 0) found = n;
  };
  if (stream === STREAM.will) {
    for (const [n, hash] of connections.of(device).wills.entries()) look(n, hash, false);
  } else delivery.eachSent(device, stream, how, look);
  return found;
}

function payloadOf({ text, hash }: Entry): Uint8Array | null {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return hashBytes(bytes) === hash ? bytes : null;
}
