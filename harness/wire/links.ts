/**
 * What the two gears hand to whoever speaks to the target: where bytes go, and who one is on the
 * wire.
 */
import type { Duplex } from 'node:stream';
import type { DevicePlan } from '#kernel';

/** Where bytes go: the in-memory link in sim, sockets in the real gear. */
export interface Links {
  /**
   * A device's connection, through its cohort's proxy if it has one. A channel is a further one
   * that its entry declares: the same link and the same faults, and it may lead elsewhere.
   */
  open(device: DevicePlan, channel?: string): Duplex;
  /** A connection past every fault, for operators. */
  direct(): Duplex;
  /** One to where the target is watched, which may be the far end of a bridge. */
  witness(): Duplex;
  /** A connection through a cohort's proxy, for its probe. */
  probe(cohort: number): Duplex;
  /** Leaves a connection half-open and silent: no FIN, nothing read any more. */
  abandon(stream: Duplex): void;
}

/** Names and secrets of the run on the wire. */
export interface Credentials {
  clientId(device: string): string;
  userName(device: string): string;
  password(device: string): string;
  /** What the target calls it, where its user name is its secret. */
  account?(device: string): string;
}
