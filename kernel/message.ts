/**
 * What a message is called. The identity (device, stream, n) travels with the message, never in
 * packet ids or DUP flags, so loss, duplication and order can be judged from the outside on any
 * broker. `n` is the index of the scheduled sample in scenario time: it never restarts, not even
 * when the device does (that is the boot epoch's job).
 */
import { hashText } from './random.ts';

/**
 * Streams every plan has, in the order of their ledger codes; models may append their own after
 * these.
 */
export const STREAMS = ['telemetry', 'status', 'will', 'command', 'answer'] as const;

/**
 * Messages of a device that may be on the wire without an answer at one time; the rest waits in it,
 * and waits for the target, not for us.
 */
export const SEND_WINDOW = 32;

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
}

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
