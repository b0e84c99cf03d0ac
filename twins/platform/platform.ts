/**
 * The platform twin as the rest of the house sees it: something that takes byte streams (a device's connection),
 * answers queries as plain functions, and can be closed or left to die. Sockets are serve.ts's business, so the sim
 * gear runs this very same code without one.
 */
import type { Duplex } from 'node:stream';
import type { Clock, Digests, Guarantees } from '#kernel';

export interface PlatformOptions {
  /** SQLite file; survives a killed platform. */
  storeFile: string;
  /** Who may connect, and with what: client id = user name = device id; no shared secret, no anonymous. */
  accounts: readonly Account[];
  /** Messages of these topics are telemetry and are stored before they are acknowledged. */
  isTelemetry(topic: string): { device: string; stream: string } | null;
  /** Reads (n, epoch, intended time) from a payload, or null for what is not ours. */
  readEnvelope(payload: Uint8Array): { n: number; e: number; t: number } | null;
  limits: PlatformLimits;
  clock: Clock;
  digests: Digests;
  mutant: Mutant | null;
}

export interface Account {
  user: string;
  passwordSha256: string;
  /** Devices may publish and subscribe below their own topics only; observers read; services do both. */
  role: 'device' | 'observer' | 'service';
  /** For a device: the topic prefixes it may use. */
  topics: readonly string[];
}

export interface PlatformLimits {
  queueLimit: number;
  inflightLimit: number;
  concurrency: number;
  connectTimeoutMs: number;
  drainTimeoutMs: number;
  maxTopicLevels: number;
  maxPayloadBytes: number;
}

export interface Platform {
  guarantees: Guarantees;
  /** Takes over a connection. */
  handle(connection: Duplex): void;
  /** The HTTP API as a plain function: `('GET', '/devices/…/telemetry', query)`. */
  request(method: string, path: string, query: URLSearchParams): ApiAnswer;
  stats(): { sessions: number; stored: number; received: number; refused: number };
  close(): Promise<void>;
}

export interface ApiAnswer {
  status: number;
  body: unknown;
}

/**
 * One planted bug, in one file of mutants/. The platform calls these seams at the named places; the honest twin has
 * none of them. Each mutant names the checker that must catch it, and a scenario that provokes it.
 */
export interface Mutant {
  kind: string;
  summary: string;
  /** The checker that must fail. */
  caughtBy: string;
  /** Library scenario (file name without ending) in which the bug shows. */
  scenario: string;
  /** A fresh set of seams for one platform; `fired` is called each time the bug did its harm. */
  plant(fired: (what: string) => void): MutantSeams;
}

/** Where a bug can sit. All optional; returning the input unchanged is being honest. */
export interface MutantSeams {
  /** Rows about to be committed; the acknowledgement follows whatever is returned. */
  store?(rows: readonly StoredRow[]): readonly StoredRow[];
  /** A message about to be handed to one session: 0, 1 or more packets go out in its place. */
  forward?(packet: ForwardedPacket, client: string): readonly ForwardedPacket[];
  /** A persistent session is looked up at connect: false forgets it. */
  session?(client: string): boolean;
  /** A retained value is about to be stored (null payload length = cleared). */
  retain?(topic: string, payload: Uint8Array): Uint8Array | null;
  /** A will is about to be published. */
  will?(client: string, payload: Uint8Array): readonly Uint8Array[];
  /** Presence of a device is about to change. */
  presence?(device: string, online: boolean): boolean | null;
  /** A publish from a device arrived; delay in ms before it goes on (head-of-line per broker). */
  ingestDelayMs?(topic: string): number;
}

export interface StoredRow {
  device: string;
  stream: string;
  n: number;
  payload: Uint8Array;
  receivedAt: number;
}

export interface ForwardedPacket {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
}

export const defineMutant = (mutant: Mutant): Mutant => mutant;
