/**
 * The twin's WebSocket door, tried with `mqtt` and `ws` from the other side: whoever comes through
 * it meets the same broker, and whoever does not speak MQTT there is turned away.
 */
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWebSocketStream, WebSocket } from 'ws';
import { type Server, startServer } from './testing/server.ts';
import {
  ACCOUNTS,
  connectThrough,
  envelope,
  type Folder,
  secretOf,
  temporaryFolder,
  topicOf,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';

let folder: Folder;
let server: Server;

beforeEach(async () => {
  folder = temporaryFolder();
  server = await startServer({
    storeFile: folder.file('store.db'),
    accounts: ACCOUNTS,
    websocketPort: 0,
  });
});

afterEach(async () => {
  await server.kill();
  folder.remove();
});

const urlOf = (path = '/mqtt') => `ws://127.0.0.1:${server.ready.websocket}${path}`;

const connectByFrames = (user: string, options = {}) =>
  connectThrough(() => createWebSocketStream(new WebSocket(urlOf(), 'mqtt')), user, options);

test('what comes in frames is stored, retained and forwarded like what comes by TCP', async () => {
  const overTcp = () => dial(server.ready.mqtt, '127.0.0.1');
  const observer = await connectThrough(overTcp, 'observer');
  await observer.subscribe('tw/r1/3/#', 1);
  const will = { topic: topicOf(FRIDGE, 'will'), payload: Buffer.from('gone'), qos: 1 as const };
  const fridge = await connectByFrames(FRIDGE, { will: { ...will, retain: false } });
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 2);
  await fridge.publish(topicOf(FRIDGE, 'status'), 'fine', 1, true);
  const later = await connectByFrames('observer-2');
  await later.subscribe('tw/r1/3/+/+/+/status', 1);
  await expect.poll(() => later.received).toMatchObject([{ text: 'fine', retain: true }]);
  // No closing frame and no DISCONNECT: the will is owed.
  await fridge.drop();
  await expect.poll(() => observer.received.map(({ text }) => text)).toContain('gone');
  expect(observer.received.map(({ text }) => text)).toEqual([envelope(0), 'fine', 'gone']);
}, 30_000);

test('packets may lie over frames as they like', async () => {
  const socket = new WebSocket(urlOf('/'), ['chat', 'mqtt']);
  await once(socket, 'open');
  expect(socket.protocol).toBe('mqtt');
  const got: Packet[] = [];
  const parser = mqttPacket.parser();
  parser.on('packet', (packet) => got.push(packet));
  socket.on('message', (data) => parser.parse(data as Buffer));
  const password = Buffer.from(secretOf(FRIDGE));
  const names = { clientId: FRIDGE, username: FRIDGE, password };
  const hello = mqttPacket.generate({ cmd: 'connect', ...names, keepalive: 0, clean: true });
  const publish = (n: number): Buffer => {
    const topic = topicOf(FRIDGE, 'telemetry');
    const flags = { qos: 1 as const, dup: false, retain: false };
    return mqttPacket.generate({
      ...{ cmd: 'publish', topic, payload: envelope(n), messageId: n + 1 },
      ...flags,
    });
  };
  for (const byte of hello) socket.send(Buffer.of(byte));
  await expect.poll(() => got.length).toBe(1);
  const all = Buffer.concat([publish(0), publish(1), publish(2)]);
  socket.send(all.subarray(0, 7));
  socket.send(all.subarray(7, 9), { fin: false });
  socket.ping();
  socket.send(all.subarray(9), { fin: true });
  await expect.poll(() => got.length).toBe(4);
  expect(got.slice(1).map(({ cmd, messageId }) => [cmd, messageId])).toEqual([
    ['puback', 1],
    ['puback', 2],
    ['puback', 3],
  ]);
  socket.close();
}, 30_000);

test.each([
  ['no subprotocol', []],
  ['another one', ['chat']],
])('%s is turned away before anything is said', async (_, protocols) => {
  const socket = new WebSocket(urlOf(), protocols);
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toBe('Unexpected server response: 400');
});

test('a text frame ends the connection, and nobody else', async () => {
  const socket = new WebSocket(urlOf(), 'mqtt');
  await once(socket, 'open');
  socket.send('hello');
  await once(socket, 'close');
  const broken = dial(server.ready.websocket ?? 0, '127.0.0.1');
  broken.on('error', () => {});
  broken.end('GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
  await once(broken.resume(), 'close');
  const fridge = await connectByFrames(FRIDGE);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(1), 1);
  const page = await fetch(`http://127.0.0.1:${server.ready.websocket}/`);
  expect(page.status).toBe(426);
}, 30_000);
