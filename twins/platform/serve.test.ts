import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect as dial } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  publishFast,
  type Server,
  type ServerOptions,
  startServer,
  storedIn,
} from './testing/server.ts';
import {
  ACCOUNTS,
  connectThrough,
  deviceAccount,
  envelope,
  type Folder,
  otherAccount,
  temporaryFolder,
  topicOf,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';

let folder: Folder;
const servers: Server[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await server.kill();
  folder.remove();
});

async function start(options: Partial<ServerOptions> = {}): Promise<Server> {
  const server = await startServer({
    storeFile: folder.file('store.db'),
    accounts: ACCOUNTS,
    ...options,
  });
  servers.push(server);
  return server;
}

test('kill -9 while publishing loses no acknowledged row and no durable session', async () => {
  const devices = Array.from({ length: 8 }, (_, index) => `pumps/south-1/${index}`);
  const accounts = [
    ...devices.map((id) => deviceAccount(id)),
    otherAccount('observer', 'observer'),
  ];
  const acked = new Set<string>();
  const next = new Map(devices.map((id) => [id, 0]));
  let port = 0;
  for (let round = 0; round < 3; round++) {
    const server = await start({
      accounts,
      mqttPort: port,
      limits: { queueLimit: 30_000 },
    });
    port = server.ready.mqtt;
    const observer = await connectThrough(() => dial(port, '127.0.0.1'), 'observer', {
      clean: false,
    });
    expect(observer.sessionPresent).toBe(round > 0);
    // Status copies wait for the observer, which is away while the platform dies.
    if (round === 0) expect(await observer.subscribe('tw/r1/3/+/+/+/status', 1)).toBe(1);
    await observer.end();
    const publishers = devices.map((id) =>
      publishFast(port, id, topicOf(id, 'telemetry'), next.get(id) ?? 0),
    );
    await Promise.all(publishers.map((each) => each.connected));
    const wanted = 1000 + 700 * round;
    while (publishers.reduce((sum, each) => sum + each.acked.length, 0) < wanted) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await server.kill();
    await Promise.all(publishers.map((each) => each.closed));
    publishers.forEach((each, index) => {
      for (const name of each.acked) acked.add(name);
      next.set(devices[index] ?? '', each.next);
    });
  }
  const server = await start({ accounts, mqttPort: port });
  const stored = await storedIn(server);
  expect(acked.size).toBeGreaterThan(5000);
  expect([...acked].filter((name) => !stored.has(name))).toEqual([]);
}, 60_000);

test('acknowledged messages for an absent session survive kill -9, with retained value and will', async () => {
  const first = await start();
  const tcp = (port: number) => () => dial(port, '127.0.0.1');
  const away = await connectThrough(tcp(first.ready.mqtt), 'observer', { clean: false });
  await away.subscribe('tw/r1/3/#', 2);
  await away.end();
  const will = { topic: topicOf(FRIDGE, 'will'), payload: Buffer.from('gone'), qos: 1 as const };
  const fridge = await connectThrough(tcp(first.ready.mqtt), FRIDGE, {
    will: { ...will, retain: false },
  });
  await fridge.publish(topicOf(FRIDGE, 'status'), 'fine', 1, true);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 2);
  await first.kill();
  const second = await start({ mqttPort: first.ready.mqtt });
  expect(second.ready.mqtt).toBe(first.ready.mqtt);
  const back = await connectThrough(tcp(second.ready.mqtt), 'observer', { clean: false });
  expect(back.sessionPresent).toBe(true);
  while (back.received.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(back.received.map((each) => each.text).sort()).toEqual(
    [envelope(0), 'fine', 'gone'].sort(),
  );
  const fresh = await connectThrough(tcp(second.ready.mqtt), 'observer-2');
  await fresh.subscribe('tw/r1/3/+/+/+/status', 1);
  while (fresh.received.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(fresh.received[0]).toMatchObject({ text: 'fine', retain: true });
  while (((await second.get('/stats')) as { queued: number }).queued > 0);
  // Once means once: a second start owes nothing any more.
  await second.kill();
  const third = await start({ mqttPort: first.ready.mqtt });
  expect(await third.get('/stats')).toMatchObject({ queued: 0 });
  const later = await connectThrough(tcp(third.ready.mqtt), 'observer', { clean: false });
  expect(later.sessionPresent).toBe(true);
  expect(later.received).toEqual([]);
}, 60_000);

test('answers over HTTP with a token only', async () => {
  const server = await start({ httpToken: 'open sesame' });
  expect(await server.get('/health')).toMatchObject({ status: 'ok' });
  const base = `http://127.0.0.1:${server.ready.http}`;
  expect((await fetch(`${base}/health`)).status).toBe(401);
  const headers = { authorization: 'Bearer open sesame' };
  expect((await fetch(`${base}/health`, { headers, method: 'POST' })).status).toBe(405);
  expect((await fetch(`${base}//nowhere//`, { headers })).status).toBe(404);
  const device = await fetch(`${base}/devices/${encodeURIComponent(FRIDGE)}`, { headers });
  expect(await device.json()).toMatchObject({ id: FRIDGE, lane: 3, online: false });
  const odd = await new Promise<number | undefined>((resolve) => {
    const options = { port: server.ready.http, path: '/%zz', headers };
    request(options, (response) => resolve(response.statusCode)).end();
  });
  expect(odd).toBe(400);
}, 60_000);

test('reads who may connect from a file, and says what is wrong with it', async () => {
  const accountsFile = folder.file('accounts.json');
  await expect(start({ accounts: [], accountsFile })).rejects.toThrow(/accounts cannot be read/);
  writeFileSync(accountsFile, '[{}]');
  await expect(start({ accounts: [], accountsFile })).rejects.toThrow(
    /accounts are missing or mal/,
  );
  writeFileSync(accountsFile, JSON.stringify(ACCOUNTS));
  const server = await start({ accounts: [], accountsFile });
  const client = await connectThrough(() => dial(server.ready.mqtt, '127.0.0.1'), FRIDGE);
  await client.end();
}, 60_000);

test('ends when its stdin closes, and says what is wrong with its options', async () => {
  const server = await start();
  expect(await server.end()).toBe(0);
  await expect(start({ mutant: 'no-such-bug' })).rejects.toThrow(/no such mutant: no-such-bug/);
  await expect(start({ accounts: 'none' as never })).rejects.toThrow(/accounts are missing/);
  await expect(start({ channelPorts: { talk: -1 } })).rejects.toThrow(/channelPorts is not a map/);
  const holder = await start();
  await expect(start({ storeFile: folder.file('store.db') })).rejects.toThrow(/locked/);
  await holder.kill();
}, 60_000);
