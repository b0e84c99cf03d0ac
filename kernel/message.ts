/**
 * What a message is called. The identity (device, stream, n) travels with the message, never in
 * packet ids or DUP flags, so loss, duplication and order can be judged from the outside on any
 * broker. `n` is the index of the scheduled sample in scenario time: it never restarts, not even
 * when the device does (that is the boot epoch's job). Its bytes have a name as well, a hash, which
 * proves a change and leads back to what they were.
 */
import { hashText } from './random.ts';

/**
 * Messages of a device that may be on the wire without an answer at one time; the rest waits in it,
 * and waits for the target, not for us.
 */
export const SEND_WINDOW = 32;

/** The same towards a target that declares how many it holds of one session. */
export const sendWindow = ({ inflightLimit }: { inflightLimit: number }): number =>
  Math.min(SEND_WINDOW, inflightLimit);

/**
 * Fixed parts of the fleet; a shard owns a set of lanes, so the shard count never enters a message.
 */
export const LANES = 64;

export const laneOf = (gatewayOrDevice: string): number =>
  hashText(`lane/${gatewayOrDevice}`) % LANES;

/** What the observer needs from a payload before it knows anything else about it. */
export interface Envelope {
  /** Index of the message in its stream. */
  n: number;
  /** Boot epoch of the sender. */
  e: number;
  /** Intended time, milliseconds of scenario time. */
  t: number;
  /** The values, by signal name; numbers for telemetry, anything JSON for the rest. */
  v: Readonly<Record<string, unknown>>;
}

/** A message before a dialect makes it a packet. */
export interface Message {
  device: string;
  lane: number;
  stream: string;
  n: number;
  epoch: number;
  /** Milliseconds of scenario time at which the plan wanted it sent. */
  intended: number;
  qos: 0 | 1 | 2;
  retain: boolean;
  values: Readonly<Record<string, unknown>>;
  /** Who puts it on the wire, where that is not its device: topics may be others then. */
  by?: Speaker;
}

export type Speaker = 'carrier' | 'operator';

/** A message as a dialect hands it to a wire. */
export interface Packet {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
}

/** What a dialect reads back from a packet that reached an observer or a device. */
export interface Sighting {
  device: string;
  stream: string;
  n: number;
  epoch: number;
  intended: number;
}

// --- its bytes ---------------------------------------------------------------------------------

const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;
/** PRIME · INVERSE = 1, modulo 2³². */
const INVERSE = 0x359c449b;

/**
 * The payload hash of the ledger: plain FNV-1a over bytes. Every step is a bijection of the running
 * value, so one changed byte always changes the result, and, walked backwards, the hash of what was
 * sent tells whether what arrived is one byte away from it, and which.
 */
export function hashBytes(bytes: Uint8Array): number {
  let h = BASIS;
  for (let i = 0; i < bytes.length; i++) h = Math.imul(h ^ (bytes[i] as number), PRIME);
  return h >>> 0;
}

/** The index of the one byte in which `bytes` differ from those of that hash; -1 for any other. */
export function changedByte(bytes: Uint8Array, hash: number): number {
  const before = new Int32Array(bytes.length);
  let h = BASIS;
  for (let i = 0; i < bytes.length; i++) {
    before[i] = h;
    h = Math.imul(h ^ (bytes[i] as number), PRIME);
  }
  // What the running value must have been after byte i, if all that follows is as it was sent.
  let after = hash | 0;
  for (let i = bytes.length - 1; i >= 0; i--) {
    const mixed = Math.imul(after, INVERSE);
    const was = (mixed ^ (before[i] as number)) >>> 0;
    if (was < 256 && was !== bytes[i]) return i;
    after = mixed ^ (bytes[i] as number);
  }
  return -1;
}
