/**
 * The final read: after the faults are healed and the publishers have stopped, what does the target
 * hold? The store is paged through its port; retained values are what a fresh subscriber is
 * given; presence is what the target says of each device. Each part says whether it was complete,
 * since an incomplete read proves no loss.
 */
import { MqttClient } from 'mqtt';
import { hashBytes, streamNamed } from '#kernel';
import { arrivalsOf, writeGarbled } from '../fleet/arrivals.ts';
import type { ObserverPorts } from './observer.ts';
import { readPages } from './read-list.ts';
import type { Queries } from './target-ports.ts';

interface StoredRow {
  device: string;
  stream: string;
  n: number;
  hash: number;
}

interface PresenceRow {
  device: string;
  online: boolean;
}

/** Retained values have all come when none came for this long. */
const QUIET_MS = 500;
const QUIET_LIMIT_MS = 10_000;

export async function readStore(
  ports: ObserverPorts,
  queries: Queries,
  lanes: readonly number[],
): Promise<void> {
  let complete = true;
  for (const lane of lanes) complete = (await readLane(ports, queries, lane)) && complete;
  ports.ledger.write('final-read', { complete, part: 'store' });
}

function readLane(ports: ObserverPorts, queries: Queries, lane: number): Promise<boolean> {
  return readPages<StoredRow>(ports, 'telemetry', queries, { lane: String(lane) }, (rows) => {
    for (const row of rows) {
      const device = ports.roster.get(row.device);
      const stream = streamNamed(ports.plan, row.stream);
      const { hash, n } = row;
      if (device === undefined || stream === undefined) {
        ports.ledger.write('foreign', { topic: `store:${row.device}`, hash });
      } else ports.ledger.write('stored', { device, stream: stream.code, n, hash });
    }
  });
}

export async function readPresence(
  ports: ObserverPorts,
  queries: Queries,
  mine: ReadonlySet<number>,
): Promise<void> {
  const complete = await readPages<PresenceRow>(ports, 'presence', queries, {}, (rows) => {
    for (const { device, online } of rows) {
      const index = ports.roster.get(device);
      if (index !== undefined && mine.has(index)) {
        ports.ledger.write('presence', { device: index, online: online });
      }
    }
  });
  ports.ledger.write('final-read', { complete, part: 'presence' });
}

/** Subscribes afresh and writes down what is handed over as retained. */
export async function readRetained(
  ports: ObserverPorts,
  name: string,
  lanes: readonly number[],
): Promise<void> {
  const { credentials, dialect, ledger, links, wheel } = ports;
  const client = new MqttClient(() => links.direct(), {
    protocolVersion: 4,
    clientId: credentials.clientId(name),
    username: credentials.userName(name),
    password: credentials.password(name),
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: 5000,
    timerVariant: 'native',
  });
  let last = ports.now();
  client.on('message', (topic, payload, packet) => {
    last = ports.now();
    if (!packet.retain) return;
    for (const arrival of arrivalsOf(ports, topic, payload)) {
      if (arrival === null) continue;
      const { device, stream, sighting } = arrival;
      if (sighting === null) {
        writeGarbled(ledger, 'reader', arrival, payload, packet.qos);
        continue;
      }
      const { n } = sighting;
      ledger.write('retained', { device, stream: stream.code, n, hash: hashBytes(payload) });
    }
  });
  client.on('error', () => {});
  const granted = await new Promise<boolean>((resolve) => {
    client.on('close', () => resolve(false));
    client.on('connect', () =>
      client.subscribe(dialect.subscriptions(lanes), { qos: 1 }, (error) => resolve(!error)),
    );
  });
  const deadline = ports.now() + QUIET_LIMIT_MS;
  last = ports.now();
  const pause = (ms: number): Promise<void> => new Promise((resolve) => wheel.after(ms, resolve));
  while (granted && ports.now() - last < QUIET_MS && ports.now() < deadline) await pause(100);
  const complete = granted && client.connected && ports.now() < deadline;
  ledger.write('final-read', { complete, part: 'retained' });
  await new Promise<void>((resolve) => client.end(true, {}, () => resolve()));
}
