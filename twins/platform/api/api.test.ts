import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashBytes } from '#kernel';
import type { Platform } from '../platform.ts';
import {
  connect,
  envelope,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const OTHER = 'fridges/north-1/18';
const FRIDGE_PATH = `/devices/${encodeURIComponent(FRIDGE)}`;

let folder: Folder;
let platform: Platform;

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await startTwin(folder.file('store.db'));
  for (const id of [FRIDGE, OTHER]) {
    const client = await connect(platform, id);
    for (let n = 0; n < 25; n++) {
      await client.publish(topicOf(id, 'telemetry'), envelope(n), 1);
      if (n % 5 === 0) await client.publish(topicOf(id, 'answer'), envelope(n), 1);
    }
    await client.publish(topicOf(id, 'status'), '{"ok":true}', 1, true);
    if (id === OTHER) await client.end();
  }
});

afterAll(async () => {
  await platform.close();
  folder.remove();
});

function get(path: string, query = '', method = 'GET') {
  const { status, body } = platform.request(method, path, new URLSearchParams(query));
  return { status, body: body as Record<string, unknown> };
}

/** All pages of a list, glued together. */
function all(path: string, list: string, query: string, cursorName = 'cursor'): unknown[] {
  const found: unknown[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 100; pages++) {
    const at: string = cursor === null ? '' : `&${cursorName}=${encodeURIComponent(cursor)}`;
    const { status, body } = get(path, query + at);
    expect(status).toBe(200);
    found.push(...(body[list] as unknown[]));
    cursor = body.next as string | null;
    if (cursor === null) return found;
  }
  throw new Error('pages without end');
}

test('the bulk read gives every row once, whatever the page size', () => {
  const whole = all('/telemetry', 'rows', 'lane=3');
  expect(whole).toHaveLength(60);
  const first = {
    device: FRIDGE,
    stream: 'answer',
    n: 0,
    hash: hashBytes(Buffer.from(envelope(0))),
  };
  expect(whole[0]).toEqual(first);
  for (const limit of [1, 7, 30, 60, 61]) {
    expect(all('/telemetry', 'rows', `lane=3&limit=${limit}`)).toEqual(whole);
    expect(all('/telemetry', 'rows', `limit=${limit}`)).toEqual(whole);
  }
  expect(all('/telemetry', 'rows', 'lane=4')).toEqual([]);
});

test('one device, by time and in pages', () => {
  const rows = all(`${FRIDGE_PATH}/telemetry`, 'rows', 'from=5000&to=9000&limit=2', 'after');
  expect(rows).toHaveLength(5);
  expect(rows[1]).toEqual({
    stream: 'telemetry',
    n: 5,
    epoch: 1,
    intended: 5000,
    received: expect.any(Number),
    hash: hashBytes(Buffer.from(envelope(5))),
    payloadBase64: Buffer.from(envelope(5)).toString('base64'),
  });
});

test('devices, presence, retained values, figures', () => {
  expect(get(FRIDGE_PATH).body).toMatchObject({ id: FRIDGE, lane: 3, online: true, connects: 1 });
  expect(get(FRIDGE_PATH).body.streams).toMatchObject([
    { stream: 'answer', count: 5 },
    { stream: 'telemetry', count: 25, low: 0, high: 24 },
  ]);
  expect(all('/presence', 'presence', 'limit=1')).toMatchObject([
    { device: FRIDGE, online: true },
    { device: OTHER, online: false },
  ]);
  for (const limit of [1, 2, 3]) {
    const ofLanes = (lanes: string) =>
      all('/presence', 'presence', `lanes=${lanes}&limit=${limit}`);
    expect(ofLanes('1,3')).toEqual(all('/presence', 'presence', ''));
    expect(ofLanes('4,30')).toEqual([]);
  }
  expect(all('/devices', 'devices', 'limit=1')).toHaveLength(2);
  expect(all('/retained', 'retained', 'limit=1')).toMatchObject([
    { topic: topicOf(FRIDGE, 'status'), qos: 1 },
    { topic: topicOf(OTHER, 'status'), qos: 1 },
  ]);
  expect(get('/stats').body).toMatchObject({ stored: 60, sessions: 1, devices: 2, mutant: null });
  expect(get('/guarantees').body).toEqual(platform.guarantees);
  expect(get('/health').body).toMatchObject({ status: 'ok' });
});

test.each([
  [404, '/', ''],
  [404, '/nothing', ''],
  [404, '/devices/nobody', ''],
  [404, '/devices//telemetry', ''],
  [400, '/devices/%zz', ''],
  [400, '/telemetry', 'limit=0'],
  [400, '/telemetry', 'limit=1e9'],
  [400, '/telemetry', 'lane=-1'],
  [400, '/presence', 'lanes='],
  [400, '/presence', 'lanes=3,-1'],
  [400, '/telemetry', 'cursor=x'],
  [400, '/telemetry', 'cursor=5.telemetry'],
  [400, `${FRIDGE_PATH}/telemetry`, 'after=1.5.telemetry'],
  [400, `${FRIDGE_PATH}/telemetry`, 'from=soon'],
])('answers %i to %s?%s', (status, path, query) => {
  expect(get(path, query)).toMatchObject({ status, body: { error: expect.any(String) } });
});

test('only reads', () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'get', '']) {
    expect(get('/devices', '', method).status).toBe(405);
  }
});

test('never throws, whatever is asked', () => {
  const words = [
    'devices',
    'telemetry',
    'presence',
    'retained',
    FRIDGE_PATH.slice(9),
    '',
    '..',
    '%',
  ];
  const path = fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 8 })), {
    maxLength: 5,
  });
  const names = fc.constantFrom('lane', 'lanes', 'limit', 'cursor', 'after', 'from', 'to');
  const values = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.integer().map(String),
    fc.double().map(String),
  );
  const query = fc.array(fc.tuple(names, values), { maxLength: 3 });
  fc.assert(
    fc.property(path, query, (segments, pairs) => {
      const params = new URLSearchParams(pairs);
      const { status, body } = platform.request('GET', `/${segments.join('/')}`, params);
      expect([200, 400, 404]).toContain(status);
      expect(() => JSON.stringify(body)).not.toThrow();
    }),
    { seed: 11, numRuns: 1500 },
  );
});
