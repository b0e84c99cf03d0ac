/** Who is carried, as whoever carries it knows it; and what it hands over. */
import type { Reply } from '../wire/light-client-mqtt5.ts';
import type { Recipient } from './recipients.ts';
import type { Author, Sender } from './way.ts';

/** A device that is carried, as its carrier knows it. */
export interface Passenger {
  /** Into the plan's devices. */
  readonly index: number;
  readonly id: string;
  readonly messages: Sender & Author;
  /** Puts on the wire what waits. */
  pump(): void;
  /** Takes out what waits, or the first of it, for the hold of its carrier. */
  handOver(most?: number): Handed[];
  /** Whether it is up and obeys a command of its model, given on the local side. */
  obeys(command: string, value: number): boolean;
  /** Whether its program runs. */
  readonly isUp: boolean;
  /** How often it has come up. */
  readonly epoch: number;
  /** There is a way now. */
  picked(sessionPresent: boolean): void;
  /** There is none any more. */
  dropped(reason: string): void;
  /** Who takes in what comes for it; null while nobody does. */
  readonly recipient: Recipient | null;
}

/** A message on its way into the hold. */
export interface Handed {
  stream: number;
  n: number;
  intended: number;
  key: number;
  message: [topic: string, payload: Uint8Array, qos: 0 | 1 | 2, retain: boolean, reply?: Reply];
}
