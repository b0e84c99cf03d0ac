/**
 * What the target sends of its own. Nobody of ours saw it go, so it is known only from the devices
 * that got it, and judged by that: whether it came again, whether with other bytes, whether it
 * answers anything that was sent. Its numbers are the target's to choose, and allocate nothing.
 */
import { FLAG, type LedgerEntryOf, STREAMS_MAX } from '#kernel';
import { HAPPENED } from './message-table.ts';

export interface TargetMessage {
  /** Of the bytes with which it came first. */
  hash: number;
  /** Microseconds. */
  seenAt: number;
  seenCount: number;
  /** Bits of HAPPENED. */
  flags: number;
}

export class TargetMessages {
  readonly #byStream = new Map<number, Map<number, TargetMessage>>();

  of(device: number, stream: number): ReadonlyMap<number, TargetMessage> {
    return this.#byStream.get(keyOf(device, stream)) ?? NONE;
  }

  /** As it stands with this receipt; a retained one that comes again is no delivery of its own. */
  receive({ t, device, stream, n, hash, flags }: LedgerEntryOf<'received'>): TargetMessage {
    const messages = this.#byStream.get(keyOf(device, stream)) ?? new Map<number, TargetMessage>();
    this.#byStream.set(keyOf(device, stream), messages);
    const known = messages.get(n);
    const message = known ?? { hash, seenAt: t, seenCount: 0, flags: HAPPENED.received };
    const isRetained = (flags & FLAG.retain) !== 0;
    if (known === undefined) {
      messages.set(n, message);
      message.seenCount = 1;
      if (isRetained) message.flags |= HAPPENED.handedOver;
    } else if (!isRetained && message.flags & HAPPENED.handedOver) {
      message.flags &= ~HAPPENED.handedOver;
    } else if (!isRetained) message.seenCount++;
    if (message.hash !== hash) message.flags |= HAPPENED.altered;
    return message;
  }
}

const NONE: ReadonlyMap<number, TargetMessage> = new Map();

const keyOf = (device: number, stream: number): number => device * STREAMS_MAX + stream;
