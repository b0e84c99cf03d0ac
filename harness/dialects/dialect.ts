/**
 * The contract of a dialect: how a message becomes a packet of one target, and what can be read
 * back from a packet that arrived. A dialect is bound to one run. Reading never throws: what it
 * cannot read is null, and the caller writes it down as foreign.
 */
import { type Message, type Packet, type Sighting, stamp } from '#kernel';

export interface Dialect {
  encode(message: Message): Packet;
  /**
   * Identity of a message; damaged values do not hide it, since the payload hash is what proves the
   * damage.
   */
  decode(topic: string, payload: Uint8Array): Sighting | null;
  /** Whose topic it is, whatever came on it; null where only a payload tells. */
  place(topic: string): { device: string; stream: string } | null;
  /** The values of a message, or none when they cannot be read. */
  values(payload: Uint8Array): Readonly<Record<string, unknown>>;
  /** Topic filters that cover these lanes, and more than these when `fansIn`. */
  subscriptions(lanes: readonly number[]): string[];
  /** Where a device listens for its commands. */
  commandTopic(lane: number, device: string): string;
  /** True where topics do not tell the lane: every observer sees the whole fleet. */
  fansIn: boolean;
}

/** A dialect as the catalog finds it. */
export interface DialectKind {
  kind: string;
  summary: string;
  bind(wish: DialectWish): Dialect;
}

export interface DialectWish {
  run: string;
  /** Templates of the scenario; null means the native form. */
  topic: string | null;
  payload: string | null;
}

export const defineDialect = (kind: DialectKind): DialectKind => stamp('dialect', kind);
