/** The way of a message to the target: what takes it, and to whom its fate is told. */

import type { Values } from '#devices';
import type { Reply } from '../wire/light-client-mqtt5.ts';

/** A client, or a carrier's. */
export interface Way {
  publish(
    key: number,
    topic: string,
    payload: Uint8Array,
    qos: 0 | 1 | 2,
    retain: boolean,
    reply?: Reply,
  ): boolean;
}

/** What a message says can be read and written anew, as long as it is not on the wire. */
export interface Author {
  valuesOf(key: number): Values;
  rewritten(key: number, values: Values): Uint8Array;
  /** Whoever has a message for its device will not hand it over. */
  letGo(stream: number, n: number, why: string): void;
}

/** Whose message it is: each turn of its fate, by the key under which it was published. */
export interface Sender {
  /** `payload` is what went, where the connection makes that of what it was given. */
  sentOnWire(key: number, resend: boolean, payload?: Uint8Array): void;
  acked(key: number): void;
  abandoned(key: number): void;
  /** MQTT 5: the target says why it does not take it. */
  rejected(key: number, why: string): void;
  /** Whoever held it gives it up, for a reason that is declared. */
  givenUp(key: number, why: string): void;
  /** Whoever held what was given to the wire has lost it. */
  forgetGiven(why: string): void;
}
