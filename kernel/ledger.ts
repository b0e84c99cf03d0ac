/**
 * The ledger: the only bridge between running and judging. Append-only, one segment per shard and
 * one for the harness itself; these are its words. How they become bytes is in ledger-codec.ts.
 * Only harness entries know about shards, and nothing in it knows the wall clock: in the sim gear
 * two runs of one plan must agree in every byte.
 */
/** What can be written, with its code. The comment says what the generic fields mean there. */
export const OP = {
  /** a = boot epoch, text = cause. */
  boot: 1,
  /** Power is gone; text = cause. */
  off: 2,
  /** A connect attempt starts; a = attempts since last online; hash of its will, 0 for none. */
  connect: 3,
  /** CONNACK accepted; a = session present. */
  online: 4,
  /** text = why. */
  'connect-failed': 5,
  /** An established connection ended; text = why (`closed`, `keep-alive`, `planned` …). */
  offline: 6,
  /** A statechart entered `text` ("connection.online"). */
  state: 7,
  /**
   * a = microseconds after the intended time, hash of the payload, flags. Down streams: by the
   * commander.
   */
  sent: 8,
  /** PUBACK, or PUBCOMP for QoS 2. */
  acked: 9,
  /** Definitely not accepted; text = why. */
  refused: 10,
  /** Never reached the wire; text = why (`device-off`, `buffer-overflow`, `still-buffered` …). */
  'not-sent': 11,
  /** A device got a downlink message; hash, flags. */
  received: 12,
  /** Sent but given up with unknown outcome; text = why. */
  abandoned: 13,
  /** An observer got an uplink message; hash, flags; a = boot epoch. */
  observed: 20,
  /** Something outside the roster or unreadable reached an observer; text = topic, hash. */
  foreign: 21,
  /**
   * An observer session; a = 1 up, 0 down; b = its first lane, n = how many lanes; text = session
   * present or why.
   */
  observer: 22,
  /** Found in the target's store at the final read; hash. */
  stored: 23,
  /** What a fresh subscriber was given as retained at the final read; hash. */
  retained: 24,
  /** What the target says of a device; a = 1 online, 0 offline. */
  presence: 25,
  /** The final read: `text` = `begin` `store` `retained` `presence`; a = 1 complete, 0 not. */
  'final-read': 26,
  /**
   * Arrived on a topic of ours with a payload that cannot be read (b = 0), or that contradicts
   * itself (b = 1, then n as it reads); a = by whom (GOT_BY); hash, flags; text = the payload in
   * base64, where it is not too long.
   */
  garbled: 27,
  /** Phase `text`; a = 1 begins, 0 ends. */
  phase: 30,
  /** Fault `text`; a = 1 injected, 0 healed. */
  fault: 31,
  /**
   * Probe of cohort a; text = `pong` `silent` `refused` `denied` `closed` `rate` `connected`;
   * b = µs or bytes/s; n = probe.
   */
  probe: 32,
  /** text = `killed` `started` `refusing` `accepting`. */
  target: 33,
  /**
   * A process of ours stood still; text = process, a = microseconds, b = 1 when by cause outside
   * (paused).
   */
  stall: 34,
  /** Health of a process; text = process, a = worst loop lag µs, b = resident KiB, n = backlog. */
  health: 35,
  /** Steady-state gate; a = 1 open, text = figures. */
  gate: 36,
  /** A stop-when condition held; text = which. */
  halt: 37,
  /** text, for people. */
  note: 38,
} as const;

export type OpName = keyof typeof OP;

/** Who got what is garbled: an observer, the device, or who reads retained values in the end. */
export const GOT_BY = { observer: 0, device: 1, reader: 2 } as const;

/** Bits of `flags`: the low two are the QoS. */
export const FLAG = { resend: 4, retain: 8, dup: 16 } as const;

/** One entry. The reader reuses a single object: copy what must outlive the next call. */
export interface Entry {
  /** Microseconds since the run's start. */
  t: number;
  op: OpName;
  /** Index into plan.devices, -1 for none. */
  device: number;
  /** Code into STREAMS, -1 for none. */
  stream: number;
  n: number;
  a: number;
  b: number;
  hash: number;
  flags: number;
  text: string;
}

export interface EntryFields {
  device?: number;
  stream?: number;
  n?: number;
  a?: number;
  b?: number;
  hash?: number;
  flags?: number;
  text?: string;
}

export interface SegmentHeader {
  schema: 'twinstorm.ledger/1';
  segment: string;
  planSha256: string;
  lanes: number[];
}
