/**
 * What a fault does to single MQTT packets on their way: which are meant, and what becomes of them.
 * The path below is TCP, which loses nothing and swaps nothing; brokers and devices are seldom
 * tried by anything else, though a buggy middlebox, bridge or client does just that.
 */

/** By name, as they stand in the high half of a first byte (MQTT 3.1.1, table 2.1). */
export const PACKET_TYPES = {
  CONNECT: 1,
  CONNACK: 2,
  PUBLISH: 3,
  PUBACK: 4,
  PUBREC: 5,
  PUBREL: 6,
  PUBCOMP: 7,
  SUBSCRIBE: 8,
  SUBACK: 9,
  UNSUBSCRIBE: 10,
  UNSUBACK: 11,
  PINGREQ: 12,
  PINGRESP: 13,
  DISCONNECT: 14,
} as const;

export type PacketName = keyof typeof PACKET_TYPES;

export const PACKET_NAMES = Object.keys(PACKET_TYPES) as PacketName[];

/** Seen from the device: up is towards the target. */
export type Way = 'up' | 'down';

/** Which ways a packet goes; the rest go both. */
const ONE_WAY: Partial<Record<PacketName, Way>> = {
  CONNECT: 'up',
  CONNACK: 'down',
  SUBSCRIBE: 'up',
  SUBACK: 'down',
  UNSUBSCRIBE: 'up',
  UNSUBACK: 'down',
  PINGREQ: 'up',
  PINGRESP: 'down',
};

export function waysOf(packet: PacketName): readonly Way[] {
  const only = ONE_WAY[packet];
  return only === undefined ? ['up', 'down'] : [only];
}

export const PACKET_DEEDS = ['drop', 'delay', 'duplicate', 'reorder', 'corrupt'] as const;
export type PacketDeed = (typeof PACKET_DEEDS)[number];

/** Of the packets that are meant, each `every`-th of a device, and of these a share. */
export interface PacketTrouble {
  does: PacketDeed;
  packet: PacketName;
  ways: Way[];
  /** An MQTT filter: of PUBLISH packets those whose topic it matches. */
  topic?: string;
  every: number;
  share: number;
  /** How long each is held back, where it is. */
  delayMs?: number;
}
