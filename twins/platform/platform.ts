/**
 * The platform twin as the rest of the house sees it: something that takes byte streams (a device's
 * connection), answers queries as plain functions, and can be closed or left to die. Sockets are
 * serve.ts's business, so the sim gear runs this very same code without one.
 */
import type { Duplex } from 'node:stream';
import type { Clock, Digests, Guarantees, Mutant } from '#kernel';
import type { Call } from './outward.ts';
import type { ServiceKind } from './service.ts';
import type { Outlives } from './store/store.ts';
import type { DeviceTopics, EnvelopeHead } from './topics.ts';

export interface PlatformOptions {
  /** SQLite file; survives a killed platform. */
  storeFile: string;
  /** By default the process; `platform` costs less, for one that is killed only by `kill`. */
  commitOutlives?: Outlives;
  /** Who may connect, and with what; no shared secret, no anonymous. */
  accounts: readonly Account[];
  /** Which topics belong to a device, and what a device's topics are called. */
  topics: DeviceTopics;
  /** Reads (n, epoch, intended time) from a payload, or null for what is not ours. */
  readEnvelope(payload: Uint8Array): EnvelopeHead | null;
  /** What the platform does beside passing messages on; started in this order. */
  services: readonly ServiceKind[];
  /** The streams whose every message is telemetry, kept before it is acknowledged. */
  kept: readonly string[];
  limits: PlatformLimits;
  clock: Clock;
  digests: Digests;
  mutant: Mutant | null;
  /** Left out, nobody outside can be called. */
  call?: Call;
  /**
   * The store cannot commit (disk full …): the platform is already dead. Default: throws on the
   * next turn.
   */
  onFatal?(error: Error): void;
}

export interface Account {
  user: string;
  passwordSha256: string;
  /**
   * Devices may publish and subscribe below their own topics only; observers read; services do
   * both.
   */
  role: 'device' | 'observer' | 'service';
  /** For a device: the topics and topic prefixes it may use. */
  topics: readonly string[];
  /** For a device: the only client id it may use; its user name when absent. */
  clientId?: string;
  /** For a device: the others whose messages it brings; their topics are among its own. */
  speaksFor?: readonly string[];
  /** Those of them that are another one's, and reached through this one while that is away. */
  standsInFor?: readonly string[];
}

/** What a platform keeps when nobody says otherwise. */
export const DEFAULT_KEPT: readonly string[] = ['telemetry', 'answer'];

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
  /**
   * Takes over a connection. One of a channel is given to the service that answers it; where none
   * does, it leads to the broker like any other.
   */
  handle(connection: Duplex, channel?: string): void;
  /**
   * The HTTP API as a plain function: `('GET', '/devices/…/telemetry', query)`. A POST brings a
   * body, and what it changed is committed when it is answered.
   */
  request(method: string, path: string, query: URLSearchParams, body?: unknown): ApiAnswer;
  stats(): PlatformStats;
  /**
   * Takes a trouble of a fault upon itself, or off where it is empty, and lives on. False for one
   * that it cannot have.
   */
  suffer(fault: string, trouble: unknown): boolean;
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

/** The broker's own figures, and beside them whatever the services count. */
export interface PlatformStats {
  /** Connected clients. */
  sessions: number;
  /** Publishes that arrived, wills included. */
  received: number;
  /** Of those, the ones refused by policy, size or form. */
  refused: number;
  /** Copies waiting for persistent sessions. */
  queued: number;
  /** Copies dropped because a session's queue was full. */
  dropped: number;
  /** How often the planted bug did its harm. */
  fired: number;
  [counted: string]: number;
}

export interface ApiAnswer {
  status: number;
  body: unknown;
}
