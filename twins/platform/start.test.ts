import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Platform } from './platform.ts';
import {
  connect,
  envelope,
  type Folder,
  quiet,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const OTHER = 'fridges/north-1/18';

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
