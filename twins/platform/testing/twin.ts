/**
 * A platform twin in a temporary folder, and mqtt.js clients that reach it through memory: for
 * tests only.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type IClientOptions, MqttClient } from 'mqtt';
import {
  type Account,
  DEFAULT_KEPT,
  DEFAULT_LIMITS,
  type Platform,
  type PlatformOptions,
} from '../platform.ts';
import type { ServiceKind } from '../service.ts';
import { loadPlugins } from '../serving/plugins.ts';
import { startPlatform } from '../start.ts';
import { nativeTopics, readJsonEnvelope } from '../topics.ts';

export const RUN = 'r1';
const topics = nativeTopics(RUN);

export const sha256Hex = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex');

export const secretOf = (user: string): string => `secret of ${user}`;

export const deviceAccount = (id: string, lane = 3): Account => ({
  user: id,
  passwordSha256: sha256Hex(secretOf(id)),
  role: 'device',
  topics: [topics.prefixOf(lane, id)],
});

export const otherAccount = (user: string, role: 'observer' | 'service'): Account => ({
  user,
  passwordSha256: sha256Hex(secretOf(user)),
  role,
  topics: [],
});

export const topicOf = (id: string, stream: string, lane = 3): string =>
  `${topics.prefixOf(lane, id)}${stream}`;

export const envelope = (n: number, value: unknown = { temperature: 4.25 }): string =>
  JSON.stringify({ n, e: 1, t: n * 1000, v: value });

export const ACCOUNTS: readonly Account[] = [
  deviceAccount('fridges/north-1/17'),
  deviceAccount('fridges/north-1/18'),
  otherAccount('observer', 'observer'),
  otherAccount('observer-2', 'observer'),
  otherAccount('commander', 'service'),
];

export interface Folder {
  file(name: string): string;
  remove(): void;
}

export function temporaryFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'twin-'));
  return {
    file: (name) => join(path, name),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** The product's own services, and after them `extra`. */
export const withServices = async (extra: readonly ServiceKind[] = []): Promise<ServiceKind[]> => [
  ...(await loadPlugins(null, [])).services,
  ...extra,
];

export async function startTwin(
  storeFile: string,
  options: Partial<PlatformOptions> = {},
): Promise<Platform> {
  const startedAt = performance.now();
  return startPlatform({
    storeFile,
    accounts: ACCOUNTS,
    topics,
    readEnvelope: readJsonEnvelope,
    services: await withServices(),
    kept: DEFAULT_KEPT,
    limits: DEFAULT_LIMITS,
    clock: {
      now: () => performance.now() - startedAt,
      after: (delayMs, action) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    },
    digests: { sha256Hex },
    mutant: null,
    ...options,
  });
}

export interface Received {
  topic: string;
  text: string;
  qos: number;
  retain: boolean;
  dup: boolean;
}

export interface TestClient {
  mqtt: MqttClient;
  received: Received[];
  sessionPresent: boolean;
  publish(topic: string, text: string, qos: 0 | 1 | 2, retain?: boolean): Promise<unknown>;
  subscribe(filter: string, qos: 0 | 1 | 2): Promise<number>;
  /** With DISCONNECT. */
  end(): Promise<void>;
  /** Without. */
  drop(): Promise<void>;
  isClosed(): boolean;
}

/** Connects through memory; rejects when the broker refuses. */
export function connect(
  platform: Platform,
  user: string,
  options: IClientOptions = {},
): Promise<TestClient> {
  const open = (): ReturnType<typeof duplexPair>[0] => {
    const [near, far] = duplexPair();
    // A socket ends at both ends; a plain pair does not.
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
    platform.handle(far);
    return near;
  };
  return connectThrough(open, user, options);
}

export function connectThrough(
  open: () => unknown,
  user: string,
  options: IClientOptions = {},
): Promise<TestClient> {
  const mqtt = new MqttClient(open as ConstructorParameters<typeof MqttClient>[0], {
    clientId: user,
    username: user,
    password: secretOf(user),
    reconnectPeriod: 0,
    connectTimeout: 20_000,
    keepalive: 0,
    ...options,
  });
  mqtt.setMaxListeners(0);
  const received: Received[] = [];
  mqtt.on('message', (topic, payload, { qos, retain, dup }) => {
    received.push({ topic, text: payload.toString(), qos, retain, dup });
  });
  return new Promise((resolve, reject) => {
    mqtt.once('error', reject);
    mqtt.once('close', () => reject(new Error('closed')));
    mqtt.once('connect', ({ sessionPresent }) => {
      mqtt.on('error', () => {});
      resolve(clientOf(mqtt, received, sessionPresent));
    });
  });
}

function clientOf(mqtt: MqttClient, received: Received[], sessionPresent: boolean): TestClient {
  let isClosed = false;
  mqtt.once('close', () => {
    isClosed = true;
  });
  return {
    mqtt,
    received,
    sessionPresent,
    publish: (topic, text, qos, retain = false) =>
      new Promise((resolve, reject) => {
        mqtt.once('close', () => reject(new Error('closed')));
        mqtt.publish(topic, text, { qos, retain }, (error) => (error ? reject(error) : resolve(0)));
      }),
    subscribe: (filter, qos) =>
      new Promise((resolve, reject) => {
        mqtt.subscribe(filter, { qos }, (_, granted, packet) => {
          const code = (packet?.granted as number[] | undefined)?.[0] ?? granted?.[0]?.qos;
          if (code === undefined) reject(new Error('no SUBACK'));
          else resolve(code);
        });
      }),
    end: () => mqtt.endAsync(false),
    drop: () => {
      mqtt.stream.destroy();
      return mqtt.endAsync(true);
    },
    isClosed: () => isClosed,
  };
}

/** Waits turn by turn until `holds`; the test's own deadline is the only limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await nextTurn();
}

/** Long enough for everything that is under way in memory to arrive. */
export async function quiet(turns = 50): Promise<void> {
  for (let i = 0; i < turns; i++) await nextTurn();
}
