import { duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IClientOptions } from 'mqtt';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS, type Platform } from './platform.ts';
import {
  connect,
  envelope,
  type Folder,
  quiet,
  secretOf,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const OTHER = 'fridges/north-1/18';

// Generous: the only clock here is the deadline of a test on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

let folder: Folder;
let platform: Platform;

beforeEach(async () => {
  folder = temporaryFolder();
  platform = await startTwin(folder.file('store.db'));
});

afterEach(async () => {
  await platform.close();
  folder.remove();
});

async function restart(how: 'kill' | 'close'): Promise<void> {
  if (how === 'kill') platform.kill();
  else await platform.close();
  await quiet();
  platform = await startTwin(folder.file('store.db'));
}

const rows = (query = ''): { device: string; stream: string; n: number; hash: number }[] => {
  const answer = platform.request('GET', '/telemetry', new URLSearchParams(query));
  return (answer.body as { rows: { device: string; stream: string; n: number; hash: number }[] })
    .rows;
};

test.each([0, 1, 2] as const)('telemetry at QoS %i is stored and observed once', async (qos) => {
  const observer = await connect(platform, 'observer');
  expect(await observer.subscribe('tw/r1/3/#', 2)).toBe(2);
  const fridge = await connect(platform, FRIDGE);
  for (let n = 0; n < 20; n++) await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), qos);
  await until(() => observer.received.length === 20);
  await quiet();
  expect(observer.received.map((each) => JSON.parse(each.text).n)).toEqual([...Array(20).keys()]);
  expect(observer.received.every((each) => each.qos === qos && !each.retain)).toBe(true);
  expect(rows().map((row) => row.n)).toEqual([...Array(20).keys()]);
  expect(platform.stats()).toMatchObject({ stored: 20, received: 20, refused: 0, sessions: 2 });
});

test('a mix of QoS loses nothing to a live subscriber', async () => {
  const observer = await connect(platform, 'observer', { clean: false });
  await observer.subscribe('tw/r1/+/#', 2);
  const fridge = await connect(platform, FRIDGE);
  const other = await connect(platform, OTHER);
  const sent: Promise<unknown>[] = [];
  for (let n = 0; n < 200; n++) {
    const [from, id] = n % 2 === 0 ? [fridge, FRIDGE] : ([other, OTHER] as const);
    sent.push(from.publish(topicOf(id, 'telemetry'), envelope(n), (n % 3) as 0 | 1 | 2));
    if (n % 10 === 0) sent.push(from.publish(topicOf(id, 'status'), envelope(n), 1, true));
  }
  await Promise.all(sent);
  await until(() => observer.received.length >= 220);
  await quiet();
  expect(observer.received).toHaveLength(220);
  expect(new Set(observer.received.map((each) => each.topic + each.text)).size).toBe(220);
  await until(() => platform.stats().queued === 0);
});

test.each([
  ['anonymous', undefined, undefined],
  ['with a wrong secret', FRIDGE, 'secret of somebody else'],
  ['with the secret of another device', OTHER, `secret of ${OTHER}`],
])('a device %s is refused', async (_, username, password) => {
  const options = { clientId: FRIDGE, username, password } as IClientOptions;
  await expect(connect(platform, FRIDGE, options)).rejects.toThrow(/Not authorized|Bad username/);
  expect(platform.stats().sessions).toBe(0);
});

test('a device reaches its own topics only', async () => {
  const fridge = await connect(platform, FRIDGE, { clean: false });
  expect(await fridge.subscribe(topicOf(FRIDGE, 'command'), 1)).toBe(1);
  for (const filter of ['#', 'tw/r1/3/#', topicOf(OTHER, 'command'), '$share/g/#', '$SYS/#']) {
    expect(await fridge.subscribe(filter, 1)).toBe(128);
  }
  // Granted and refused in one packet: the refused half must not come back with the session.
  await fridge.mqtt
    .subscribeAsync([topicOf(FRIDGE, '+'), topicOf(OTHER, 'command')])
    .catch(() => 0);
  await fridge.end();
  const commander = await connect(platform, 'commander');
  await commander.publish(topicOf(OTHER, 'command'), 'not yours', 1);
  await commander.publish(topicOf(FRIDGE, 'command'), 'yours', 1);
  const back = await connect(platform, FRIDGE, { clean: false });
  await until(() => back.received.length > 0);
  await quiet();
  expect(back.received.map((each) => each.text)).toEqual(['yours']);
  await expect(back.publish(topicOf(OTHER, 'telemetry'), envelope(0), 1)).rejects.toThrow('closed');
  expect(platform.stats()).toMatchObject({ refused: 1, stored: 0 });
});

test('an observer cannot publish, nobody can speak for another device', async () => {
  const observer = await connect(platform, 'observer');
  await expect(observer.publish('tw/r1/3/x/y/z/status', 'x', 1)).rejects.toThrow('closed');
  const will = { topic: topicOf(OTHER, 'will'), payload: Buffer.from('x'), qos: 1, retain: false };
  await expect(connect(platform, FRIDGE, { will } as IClientOptions)).rejects.toThrow();
});

test.each([
  ['not JSON', 'what?'],
  ['no index', '{"e":1,"t":0,"v":{}}'],
  ['too large', envelope(1, { x: 'y'.repeat(70_000) })],
])('telemetry that is %s is neither stored nor acknowledged', async (_, text) => {
  const fridge = await connect(platform, FRIDGE);
  await expect(fridge.publish(topicOf(FRIDGE, 'telemetry'), text, 1)).rejects.toThrow('closed');
  expect(platform.stats()).toMatchObject({ stored: 0, refused: 1 });
});

test('what is sent twice is stored once', async () => {
  const fridge = await connect(platform, FRIDGE);
  for (const n of [0, 1, 1, 0, 2])
    await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), 1);
  expect(platform.stats()).toMatchObject({ stored: 3, duplicates: 2 });
});

test('a will follows a death and not a farewell', async () => {
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/3/#', 2);
  const will = { topic: topicOf(FRIDGE, 'will'), payload: Buffer.from('1'), qos: 1, retain: false };
  const polite = await connect(platform, FRIDGE, { will } as IClientOptions);
  await polite.end();
  await quiet();
  expect(observer.received).toEqual([]);
  const dying = await connect(platform, FRIDGE, { will } as IClientOptions);
  await dying.drop();
  await until(() => observer.received.length > 0);
  await quiet();
  expect(observer.received).toHaveLength(1);
  // A take-over ends the old connection without a farewell; the new one's will stays armed.
  await connect(platform, FRIDGE, { will } as IClientOptions);
  const taker = await connect(platform, FRIDGE, { will } as IClientOptions);
  await until(() => observer.received.length === 2);
  await taker.drop();
  await until(() => observer.received.length === 3);
  await quiet();
  expect(observer.received).toHaveLength(3);
});

test.each(['kill', 'close'] as const)(
  'wills of the connected are published once after a %s',
  async (how) => {
    const away = await connect(platform, 'observer', { clean: false });
    await away.subscribe('tw/r1/3/#', 2);
    await away.end();
    const will = {
      topic: topicOf(FRIDGE, 'will'),
      payload: Buffer.from('1'),
      qos: 1,
      retain: true,
    };
    await connect(platform, FRIDGE, { will } as IClientOptions);
    const polite = await connect(platform, OTHER, {
      will: { ...will, topic: topicOf(OTHER, 'will') },
    } as IClientOptions);
    await polite.end();
    await quiet();
    await restart(how);
    await restart(how);
    const observer = await connect(platform, 'observer', { clean: false });
    await until(() => observer.received.length > 0);
    await quiet();
    expect(observer.received.map((each) => each.topic)).toEqual([topicOf(FRIDGE, 'will')]);
  },
);

test('retained values are current, cleared by nothing, and survive', async () => {
  const fridge = await connect(platform, FRIDGE);
  const other = await connect(platform, OTHER);
  await fridge.publish(topicOf(FRIDGE, 'status'), 'old', 1, true);
  await fridge.publish(topicOf(FRIDGE, 'status'), 'new', 2, true);
  await other.publish(topicOf(OTHER, 'status'), 'soon gone', 1, true);
  await other.publish(topicOf(OTHER, 'status'), '', 1, true);
  for (const how of [null, 'kill'] as const) {
    if (how !== null) await restart(how);
    const observer = await connect(platform, 'observer');
    await observer.subscribe('tw/r1/+/#', 1);
    await until(() => observer.received.length > 0);
    await quiet();
    const value = { topic: topicOf(FRIDGE, 'status'), text: 'new', retain: true, qos: 1 };
    expect(observer.received).toMatchObject([value]);
  }
});

test('QoS is lowered to what was granted, live and from the queue', async () => {
  const live = await connect(platform, 'observer');
  await live.subscribe('tw/r1/3/#', 1);
  const away = await connect(platform, 'observer-2', { clean: false });
  await away.subscribe('tw/r1/3/#', 1);
  await away.end();
  const fridge = await connect(platform, FRIDGE);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 2);
  const back = await connect(platform, 'observer-2', { clean: false });
  await until(() => live.received.length > 0 && back.received.length > 0);
  expect([live.received[0]?.qos, back.received[0]?.qos]).toEqual([1, 1]);
});

test('overlapping subscriptions get one copy, also of a persistent session', async () => {
  const observer = await connect(platform, 'observer', { clean: false });
  await observer.subscribe('tw/r1/#', 1);
  await observer.subscribe('tw/r1/3/#', 2);
  const fridge = await connect(platform, FRIDGE);
  for (let n = 0; n < 10; n++) await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), 1);
  await until(() => observer.received.length >= 10);
  await quiet();
  expect(observer.received).toHaveLength(10);
  expect(platform.stats().queued).toBe(0);
});

test('a full queue drops what comes, and says so', async () => {
  await platform.close();
  platform = await startTwin(folder.file('small.db'), {
    limits: { ...DEFAULT_LIMITS, queueLimit: 5 },
  });
  const away = await connect(platform, 'observer', { clean: false });
  await away.subscribe('tw/r1/3/#', 1);
  await away.end();
  const fridge = await connect(platform, FRIDGE);
  for (let n = 0; n < 8; n++) await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), 1);
  expect(platform.stats()).toMatchObject({ queued: 5, dropped: 3, stored: 8 });
  const back = await connect(platform, 'observer', { clean: false });
  await until(() => back.received.length >= 5);
  await quiet();
  expect(back.received.map((each) => JSON.parse(each.text).n)).toEqual([0, 1, 2, 3, 4]);
});

test('a clean connection ends the session, a persistent one without subscriptions is one', async () => {
  const first = await connect(platform, 'observer', { clean: false });
  expect(first.sessionPresent).toBe(false);
  await first.end();
  const second = await connect(platform, 'observer', { clean: false });
  expect(second.sessionPresent).toBe(true);
  await second.subscribe('tw/r1/3/#', 1);
  await second.end();
  const clean = await connect(platform, 'observer', { clean: true });
  await clean.end();
  const third = await connect(platform, 'observer', { clean: false });
  expect(third.sessionPresent).toBe(false);
  const fridge = await connect(platform, FRIDGE);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 1);
  await quiet();
  expect(third.received).toEqual([]);
});

test('what waited for a session that was ended waits for nobody, over a restart', async () => {
  const first = await connect(platform, 'observer', { clean: false });
  await first.subscribe('tw/r1/3/#', 1);
  await first.end();
  const fridge = await connect(platform, FRIDGE);
  for (const n of [0, 1, 2]) await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), 1);
  expect(platform.stats().queued).toBe(3);
  await (await connect(platform, 'observer', { clean: true })).end();
  expect(platform.stats().queued).toBe(0);
  const next = await connect(platform, 'observer', { clean: false });
  await next.subscribe('tw/r1/3/#', 1);
  await next.end();
  await restart('kill');
  expect(platform.stats().queued).toBe(0);
  const back = await connect(platform, 'observer', { clean: false });
  expect(back.sessionPresent).toBe(true);
  await quiet();
  expect(back.received).toEqual([]);
});

test('presence follows connections, deaths, take-overs and restarts', async () => {
  const state = () =>
    platform.request('GET', `/devices/${encodeURIComponent(FRIDGE)}`, new URLSearchParams())
      .body as { online: boolean; connects: number };
  expect(state()).toMatchObject({ online: false, connects: 0 });
  await connect(platform, FRIDGE);
  const second = await connect(platform, FRIDGE);
  await quiet();
  expect(state()).toMatchObject({ online: true, connects: 2 });
  expect(platform.stats().sessions).toBe(1);
  await second.drop();
  await until(() => !state().online);
  await connect(platform, FRIDGE);
  expect(state().online).toBe(true);
  await restart('kill');
  expect(state()).toMatchObject({ online: false, connects: 0 });
});

test('a device that dies while it takes its own place is not online', async () => {
  const hello: Packet = {
    cmd: 'connect',
    clientId: FRIDGE,
    username: FRIDGE,
    password: Buffer.from(secretOf(FRIDGE)),
    keepalive: 0,
    clean: true,
  };
  for (let turns = 0; turns < 8; turns++) {
    const before = await connect(platform, FRIDGE);
    const [near, far] = duplexPair();
    near.on('error', () => {}).resume();
    platform.handle(far);
    mqttPacket.writeToStream(hello, near);
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    far.destroy();
    near.destroy();
    await before.drop();
    await quiet();
    expect([turns, platform.stats().sessions]).toEqual([turns, 0]);
    const query = new URLSearchParams();
    const { body } = platform.request('GET', `/devices/${encodeURIComponent(FRIDGE)}`, query);
    expect(body).toMatchObject({ online: false });
  }
});

test('a device that falls silent is dropped after one and a half keep-alives', async () => {
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/3/#', 1);
  const will = { topic: topicOf(FRIDGE, 'will'), payload: Buffer.from('1'), qos: 1, retain: false };
  const silent = { will, keepalive: 1, manualConnect: false } as IClientOptions;
  const fridge = await connect(platform, FRIDGE, silent);
  // mqtt.js would go on pinging.
  fridge.mqtt.sendPing = () => {};
  await new Promise<void>((resolve) => fridge.mqtt.once('close', () => resolve()));
  await until(() => observer.received.length > 0);
  await quiet();
  expect(observer.received.map(({ text }) => text)).toEqual(['1']);
  expect(platform.stats().sessions).toBe(1);
});

test('a persistent session gets what it missed, in order, with session present', async () => {
  const first = await connect(platform, 'observer', { clean: false });
  expect(first.sessionPresent).toBe(false);
  await first.subscribe('tw/r1/3/#', 2);
  await first.end();
  const fridge = await connect(platform, FRIDGE);
  for (let n = 0; n < 30; n++) {
    await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), n % 2 === 0 ? 1 : 2);
  }
  expect(platform.stats().queued).toBe(30);
  await restart('kill');
  expect(platform.stats().queued).toBe(30);
  const live = await connect(platform, FRIDGE);
  const again = connect(platform, 'observer', { clean: false });
  // Live messages race with the queue; none may overtake it.
  const more = [30, 31, 32, 33].map((n) =>
    live.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), 1),
  );
  const second = await again;
  expect(second.sessionPresent).toBe(true);
  await Promise.all(more);
  await until(() => second.received.length >= 34);
  await quiet();
  // MQTT orders within one QoS only: a QoS 2 message is complete at its PUBREL.
  for (const qos of [1, 2]) {
    const got = second.received.filter((each) => each.qos === qos);
    const numbers = got.map((each) => JSON.parse(each.text).n as number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
  expect(new Set(second.received.map((each) => each.text)).size).toBe(34);
  expect(second.received).toHaveLength(34);
  await until(() => platform.stats().queued === 0);
});

test('a device that returns while its old connection is still ending is online once', async () => {
  const state = () =>
    platform.request('GET', `/devices/${encodeURIComponent(FRIDGE)}`, new URLSearchParams())
      .body as { online: boolean };
  for (let pause = 0; pause < 12; pause++) {
    const old = await connect(platform, FRIDGE, { clean: false });
    old.mqtt.stream.destroy();
    await quiet(pause);
    const next = await connect(platform, FRIDGE, { clean: false });
    await quiet();
    expect(state().online).toBe(true);
    expect(platform.stats().sessions).toBe(1);
    await next.drop();
    await until(() => !state().online);
    expect(platform.stats().sessions).toBe(0);
  }
});

test('what was unsubscribed stays so, over a restart', async () => {
  const first = await connect(platform, 'observer', { clean: false });
  await first.subscribe('tw/r1/3/#', 2);
  await first.subscribe(topicOf(OTHER, 'status'), 1);
  await first.mqtt.unsubscribeAsync('tw/r1/3/#');
  await first.end();
  await restart('kill');
  const fridge = await connect(platform, FRIDGE);
  const other = await connect(platform, OTHER);
  await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(0), 1);
  await other.publish(topicOf(OTHER, 'status'), 'wanted', 1);
  const back = await connect(platform, 'observer', { clean: false });
  await until(() => back.received.length > 0);
  await quiet();
  expect(back.received.map((each) => each.text)).toEqual(['wanted']);
});

test.each(['kill', 'close'] as const)('nobody is let in any more after a %s', async (how) => {
  await platform[how]();
  const [near, far] = duplexPair();
  platform.handle(far);
  expect(far.destroyed).toBe(true);
  near.destroy();
});
