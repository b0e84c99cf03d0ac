/**
 * The platform twin as the rest of the house sees it: something that takes byte streams (a device's
 * connection), answers queries as plain functions, and can be closed or left to die. Sockets are
 * serve.ts's business, so the sim gear runs this very same code without one.
 */
import type { Duplex } from 'node:stream';
import { type Clock, type Digests, type Guarantees, stamp } from '#kernel';

export interface PlatformOptions {
  /** SQLite file; survives a killed platform. */
  storeFile: string;
  /** Who may connect, and with what; no shared secret, no anonymous. */
  accounts: readonly Account[];
  /** Messages of these topics are telemetry and are stored before they are acknowledged. */
  isTelemetry(topic: string): TelemetryTopic | null;
  /** Reads (n, epoch, intended time) from a payload, or null for what is not ours. */
  readEnvelope(payload: Uint8Array): EnvelopeHead | null;
  limits: PlatformLimits;
  clock: Clock;
  digests: Digests;
  mutant: Mutant | null;
  /**
   * The store cannot commit (disk full …): the platform is already dead. Default: throws on the
   * next turn.
   */
  onFatal?(error: Error): void;
}

export interface TelemetryTopic {
  device: string;
  stream: string;
  /** Where the topic tells it; the bulk read pages by it. */
  lane?: number;
}

export interface EnvelopeHead {
  n: number;
  e: number;
  t: number;
}

export interface Account {
  user: string;
  passwordSha256: string;
  /**
   * Devices may publish and subscribe below their own topics only; observers read; services do
   * both.
   */
  role: 'device' | 'observer' | 'service';
  /** For a device: the topic prefixes it may use. */
  topics: readonly string[];
  /** For a device: the only client id it may use; its user name when absent. */
  clientId?: string;
}

export interface PlatformLimits {
  /** Messages queued for one session, and packets a client may send before its CONNACK. */
  queueLimit: number;
  /** QoS 2 messages of one client waiting for their PUBREL. */
  inflightLimit: number;
  /** Messages being forwarded at one time, over all clients; 0 is unlimited. */
  concurrency: number;
  connectTimeoutMs: number;
  drainTimeoutMs: number;
  maxTopicLevels: number;
  maxPayloadBytes: number;
}

export const DEFAULT_LIMITS: PlatformLimits = {
  queueLimit: 1000,
  inflightLimit: 1000,
  concurrency: 10_000,
  connectTimeoutMs: 10_000,
  drainTimeoutMs: 20_000,
  maxTopicLevels: 16,
  maxPayloadBytes: 64 * 1024,
};

export interface Platform {
  guarantees: Guarantees;
  /** Takes over a connection. */
  handle(connection: Duplex): void;
  /** The HTTP API as a plain function: `('GET', '/devices/…/telemetry', query)`. */
  request(method: string, path: string, query: URLSearchParams): ApiAnswer;
  stats(): PlatformStats;
  /**
   * Commits what is pending, then stops; wills of the connected are published at the next start.
   */
  close(): Promise<void>;
  /**
   * Stops like a killed process: what is not committed is gone, connections drop, nothing is
   * answered.
   */
  kill(): void;
}

export interface PlatformStats {
  /** Connected clients. */
  sessions: number;
  /** Telemetry rows committed since the start. */
  stored: number;
  /** Publishes that arrived, wills included. */
  received: number;
  /** Of those, the ones refused by policy, size or form. */
  refused: number;
  /** Telemetry that was already in the store. */
  duplicates: number;
  /** Copies waiting for persistent sessions. */
  queued: number;
  /** Copies dropped because a session's queue was full. */
  dropped: number;
  /** How often the planted bug did its harm. */
  fired: number;
}

export interface ApiAnswer {
  status: number;
  body: unknown;
}

/**
 * One planted bug, in one file of mutants/. The platform calls these seams at the named places; the
 * honest twin has none of them. Each mutant names the checker that must catch it, and a scenario
 * that provokes it.
 */
export interface Mutant {
  kind: string;
  summary: string;
  /** The checker that must fail. */
  caughtBy: string;
  /** Library scenario (file name without ending) in which the bug shows. */
  scenario: string;
  /**
   * A fresh set of seams for one platform; `fired` is called each time the bug did its harm, `now`
   * is the platform's clock in ms.
   */
  plant(fired: (what: string) => void, now: () => number): MutantSeams;
}

/** Where a bug can sit. All optional; returning the input unchanged is being honest. */
export interface MutantSeams {
  /** Rows about to be committed; the acknowledgement follows whatever is returned. */
  store?(rows: readonly StoredRow[]): readonly StoredRow[];
  /** A message about to be handed to one session: 0, 1 or more packets go out in its place. */
  forward?(packet: ForwardedPacket, client: string): readonly ForwardedPacket[];
  /** A message about to be queued for a persistent session that is away: false loses it. */
  queue?(topic: string, client: string): boolean;
  /**
   * A persistent session is looked up at connect: false forgets it. Only called when there is one.
   */
  session?(client: string): boolean;
  /** Somebody with good credentials connects: false answers "server unavailable". */
  admit?(user: string): boolean;
  /**
   * A retained value is about to be stored; empty means cleared, null leaves the old one (`old`, if
   * any).
   */
  retain?(topic: string, payload: Uint8Array, old: Uint8Array | null): Uint8Array | null;
  /** A will is about to be published: one publication per payload returned. */
  will?(client: string, payload: Uint8Array): readonly Uint8Array[];
  /** Presence of a device is about to change; null leaves it as it was. */
  presence?(device: string, online: boolean): boolean | null;
  /** A publish arrived; delay in ms before it goes on, and with it all that come behind. */
  ingestDelayMs?(topic: string): number;
}

export interface StoredRow {
  device: string;
  stream: string;
  lane: number;
  n: number;
  epoch: number;
  /** Milliseconds of scenario time. */
  intended: number;
  receivedAt: number;
  payload: Uint8Array;
}

export interface ForwardedPacket {
  topic: string;
  payload: Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
}

export const defineMutant = (mutant: Mutant): Mutant => stamp('mutant', mutant);
