/** Who gets what comes down over a connection: its own device, or those that it carries. */
import type { Inbound } from '#devices';

/** A device that takes in what comes down to it. */
export interface Recipient {
  readonly index: number;
  readonly parts: { inbox(message: Inbound): void };
}

/** What is known of a message that came down, before anybody has it. */
export interface Sorted {
  device: string;
  /** Code of its stream. */
  stream: number;
  n: number;
  bytes: number;
}

/** Whoever holds a connection knows whom a message on it concerns. */
export interface Recipients {
  /** Calls `take` with who gets it: at once, later, or never. */
  give(message: Sorted, take: (to: Recipient) => void): void;
}
