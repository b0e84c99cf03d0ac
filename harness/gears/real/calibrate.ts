/**
 * What a message and a connection cost on this machine, all of the way: a light client, the
 * embedded proxy, the platform twin with its store, an observer. All of it lives for two seconds in
 * this process, so that the processor time of one process is the sum that several would need.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { MqttClient } from 'mqtt';
import { cohortLinks, startProxyServer, ToxiproxyInjector } from '#chaos';
import type { Timers } from '#kernel';
import {
  type Account,
  DEFAULT_KEPT,
  DEFAULT_LIMITS,
  nativeTopics,
  readJsonEnvelope,
  serviceFamily,
  startPlatform,
} from '#platform';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { digests } from '../../record/run-directory.ts';
import { within } from '../../run/bounded.ts';
import { LightClient, type LightClientEvents } from '../../wire/light-client.ts';

export interface Calibration {
  /** Processor time of one QoS 1 message from a device to an observer, in µs. */
  messageUs: number;
  /** Of one connection that is opened, in µs. */
  connectUs: number;
  /** What this was measured on. */
  messages: number;
  connects: number;
}

const RUN = 'calibration';
const LANE = 0;
const HOST = '127.0.0.1';
/** Devices that exist at most; not all of them need get a turn. */
const DEVICES = 3000;
/** A connection has two ends at the proxy, one at the device and one at the twin. */
const FILES_PER_DEVICE = 4;
/** For all else that this process has open. */
const SPARE_FILES = 500;
/** Handshakes in flight at one time. */
const HANDSHAKES = 20;
const PUBLISHERS = 100;
/** Unacknowledged messages of a publisher: few, as of a device that samples now and then. */
const WINDOW = 2;

/** Parts of the two seconds, in ms; the first messages only warm up. */
const CONNECTING_MS = 500;
const WARMING_MS = 400;
const MEASURING_MS = 600;
/** What takes longer is no measurement any more. */
const BOUND_MS = 15_000;

const timers: Timers = {
  now: () => performance.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

/** `openFiles`: as many as this process may have. Rejected where the way cannot be built. */
export async function calibrate(openFiles: number): Promise<Calibration> {
  const devices = Math.min(DEVICES, Math.floor((openFiles - SPARE_FILES) / FILES_PER_DEVICE));
  if (devices < 2 * PUBLISHERS) throw new Error(`${openFiles} open files are too few to measure`);
  const folder = mkdtempSync(join(tmpdir(), 'twinstorm-calibration-'));
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const late = (): Error => new Error('nothing answered in time');
  try {
    return await within(timers, BOUND_MS, measuredOver(folder, devices, ends), late);
  } finally {
    for (const end of ends.reverse()) {
      // One that cannot end must not keep the others, and the folder, from it.
      await within(timers, BOUND_MS, Promise.resolve().then(end), late).catch(() => {});
    }
  }
}

async function measuredOver(
  folder: string,
  devices: number,
  ends: (() => unknown)[],
): Promise<Calibration> {
  const port = await way(folder, devices, ends);
  const fleet: Publisher[] = [];
  ends.push(() => {
    for (const one of fleet) one.client.destroy();
  });
  await opened(port, fleet, PUBLISHERS, CONNECTING_MS);
  const publishers = [...fleet];
  await published(publishers, WARMING_MS);
  const messages = await measured(() => published(publishers, MEASURING_MS));
  const connects = await measured(async () => {
    await opened(port, fleet, devices, CONNECTING_MS);
    return fleet.length - publishers.length;
  });
  return {
    messageUs: messages.us,
    messages: messages.count,
    connectUs: connects.us,
    connects: connects.count,
  };
}

/** Builds the way, and gives the port at its beginning. */
async function way(folder: string, devices: number, ends: (() => unknown)[]): Promise<number> {
  const services = (await loadCatalog([serviceFamily])).of(serviceFamily);
  const startedAt = performance.now();
  const platform = await startPlatform({
    storeFile: join(folder, 'store.sqlite'),
    accounts: [...Array.from({ length: devices }, (_, index) => deviceOf(index)), OBSERVER],
    topics: TOPICS,
    readEnvelope: readJsonEnvelope,
    services: [...services.values()],
    kept: DEFAULT_KEPT,
    limits: DEFAULT_LIMITS,
    clock: { ...timers, now: () => performance.now() - startedAt },
    digests,
    mutant: null,
  });
  ends.push(() => platform.close());
  const server = createServer({ noDelay: true }, (socket) => platform.handle(socket));
  const target = await listening(server);
  ends.push(() => server.close());
  const proxy = await startProxyServer({ host: HOST, port: 0, seed: 1 });
  ends.push(() => proxy.close());
  const injector = new ToxiproxyInjector(proxy.url);
  const cohort = { id: 'cohort-0', devices, profile: null, faults: ['none'] };
  await injector.open(cohortLinks([cohort], 'calibration-', () => `${HOST}:${target}`));
  ends.push(() => injector.close());
  const observer = await observing(target);
  ends.push(() => observer.end(true));
  return injector.addressOf(0)?.port ?? target;
}

const TOPICS = nativeTopics(RUN);
const SECRET = 'of nobody';
const idOf = (index: number): string => `things/site-1/${index}`;

const deviceOf = (index: number): Account => ({
  user: idOf(index),
  passwordSha256: digests.sha256Hex(SECRET),
  role: 'device',
  topics: [TOPICS.prefixOf(LANE, idOf(index))],
});

const OBSERVER: Account = {
  user: 'observer',
  passwordSha256: digests.sha256Hex(SECRET),
  role: 'observer',
  topics: [],
};

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, HOST, 4096, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

async function observing(port: number): Promise<MqttClient> {
  const client = new MqttClient(() => connect({ port, host: HOST, noDelay: true }), {
    clientId: OBSERVER.user,
    username: OBSERVER.user,
    password: SECRET,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('the twin closed the connection of the observer')));
  });
  await client.subscribeAsync(`tw/${RUN}/#`, { qos: 2 });
  return client;
}

interface Publisher {
  id: string;
  client: LightClient<Publisher>;
  n: number;
  up(): void;
  down(): void;
  acked(): void;
}

const EVENTS: LightClientEvents<Publisher> = {
  connected: ({ owner }) => owner.up(),
  refused: ({ owner }) => owner.down(),
  closed: ({ owner }) => owner.down(),
  acked: ({ owner }) => owner.acked(),
  abandoned: () => {},
  received: () => {},
  subscribed: () => {},
};

/** Opens connections up to that many, or until the time is over. */
async function opened(
  port: number,
  fleet: Publisher[],
  most: number,
  forMs: number,
): Promise<void> {
  const until = performance.now() + forMs;
  let next = fleet.length;
  const lane = async (): Promise<void> => {
    while (performance.now() < until && next < most) fleet.push(await publisher(port, next++));
  };
  await Promise.all(Array.from({ length: HANDSHAKES }, lane));
}

function publisher(port: number, index: number): Promise<Publisher> {
  const id = idOf(index);
  const options = { clientId: id, username: id, password: SECRET, clean: true, keepAliveS: 60 };
  return new Promise((resolve, reject) => {
    const owner = { id, n: 0, acked: () => {} } as Publisher;
    owner.up = () => resolve(owner);
    owner.down = () => reject(new Error('a connection was lost'));
    const stream = connect({ port, host: HOST, noDelay: true });
    owner.client = new LightClient(stream, options, EVENTS, owner);
  });
}

/** Each publisher keeps its window full; how many messages were acknowledged in time. */
async function published(publishers: readonly Publisher[], forMs: number): Promise<number> {
  let acked = 0;
  let isOver = false;
  for (const one of publishers) {
    const topic = `${TOPICS.prefixOf(LANE, one.id)}telemetry`;
    const send = (): void => {
      const values = { temperature: 4.25, humidity: 51, door: 0 };
      const payload = Buffer.from(JSON.stringify({ n: one.n++, e: 1, t: 1000, v: values }));
      one.client.publish(0, topic, payload, 1, false);
    };
    one.acked = () => {
      acked++;
      if (!isOver) send();
    };
    for (let k = 0; k < WINDOW; k++) send();
  }
  await pause(forMs);
  isOver = true;
  return acked;
}

/** Processor time of this process while something is done, for each time that it was done. */
async function measured(action: () => Promise<number>): Promise<{ us: number; count: number }> {
  const before = process.cpuUsage();
  const count = await action();
  const { user, system } = process.cpuUsage(before);
  return { us: (user + system) / Math.max(1, count), count };
}
