/** Who gets what comes down over a connection: its own device, or those that it carries. */
import type { Inbound } from '#devices';

/** A device that takes in what comes down to it. */
export interface Recipient {
  readonly index: number;
  readonly parts: { inbox(message: Inbound): void };
}

/** Whoever holds a connection knows whom a message on it concerns; null where nobody gets it. */
export interface Recipients {
  recipientOf(device: string): Recipient | null;
}
