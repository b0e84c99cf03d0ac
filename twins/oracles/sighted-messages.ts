/**
 * Messages that are known only from where they came by: what the target sends of its own, which
 * nobody of ours saw go, and what goes down past an observer, which arrives elsewhere. They are
 * judged by that: whether one came again, and whether with other bytes. Numbers of the target are
 * its own to choose, and allocate nothing.
 */
import { FLAG, type LedgerEntryOf, STREAMS_MAX } from '#kernel';
import { HAPPENED } from './message-table.ts';

export interface SightedMessage {
  /** Of the bytes with which it came first. */
  hash: number;
  /** Microseconds. */
  seenAt: number;
  seenCount: number;
  /** Bits of HAPPENED. */
  flags: number;
}

export class SightedMessages {
  readonly #how: number;
  readonly #byStream = new Map<number, Map<number, SightedMessage>>();

  /** `how`: the bit of HAPPENED that a sighting is. */
  constructor(how: number) {
    this.#how = how;
  }

  of(device: number, stream: number): ReadonlyMap<number, SightedMessage> {
    return this.#byStream.get(keyOf(device, stream)) ?? NONE;
  }

  /** As it stands with this sighting; a retained one that comes again is no delivery of its own. */
  see(entry: LedgerEntryOf<'received' | 'observed'>): SightedMessage {
    const { t, device, stream, n, hash, flags } = entry;
    const messages = this.#byStream.get(keyOf(device, stream)) ?? new Map<number, SightedMessage>();
    this.#byStream.set(keyOf(device, stream), messages);
    const known = messages.get(n);
    const message = known ?? { hash, seenAt: t, seenCount: 1, flags: this.#how };
    const isRetained = (flags & FLAG.retain) !== 0;
    if (known === undefined) {
      messages.set(n, message);
      if (isRetained) message.flags |= HAPPENED.handedOver;
    } else if (!isRetained && message.flags & HAPPENED.handedOver) {
      message.flags &= ~HAPPENED.handedOver;
    } else if (!isRetained) message.seenCount++;
    if (message.hash !== hash) message.flags |= HAPPENED.altered;
    return message;
  }
}

const NONE: ReadonlyMap<number, SightedMessage> = new Map();

const keyOf = (device: number, stream: number): number => device * STREAMS_MAX + stream;
