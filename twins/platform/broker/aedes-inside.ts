/**
 * What we touch of Aedes 1.2 beyond its published types, in one place: whoever moves to another
 * version reads this file first. Names with an underscore are Aedes' private fields.
 */
import type { Client } from 'aedes';

export interface AedesPacket {
  cmd: string;
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
  dup?: boolean;
  messageId?: number;
  brokerId?: string | null;
  brokerCounter?: number;
}

export interface ClientInside {
  id: string;
  clean: boolean;
  closed: boolean;
  connackSent: boolean;
  /** The will while it is armed; `_will` while the connection is still being checked. */
  will: AedesPacket | null;
  _will: AedesPacket | null;
  /** Next packet id Aedes gives. Starts at a random number, which we replace. */
  _nextId: number;
  /** Filter → granted QoS. */
  subscriptions: Record<string, { qos: number }>;
  /** Packets of what was read last that are not done with; the next is read when none is left. */
  _parsingBatch: number;
  /** One of them is done with. */
  _nextBatch(error?: Error | null): void;
  deliverQoS(packet: AedesPacket, done: () => void): void;
}

export const insideOf = (client: Client): ClientInside => client as unknown as ClientInside;
