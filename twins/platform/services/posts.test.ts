/** What a device is answered that posts: each message once by its key, and only for who it is. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { survived } from '../../../kernel/testing/fuzz.ts';
import type { Platform } from '../platform.ts';
import { channelAsks } from '../testing/channel-asks.ts';
import { type PostWish, postAsks } from '../testing/post-asks.ts';
import {
  connect,
  envelope,
  type Folder,
  quiet,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
} from '../testing/twin.ts';
import source from './posts.fuzz.ts';

const ID = 'fridges/north-1/17';
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

const post = async (n: number, wish: PostWish = {}, id = ID): Promise<number> => {
  const { post: asks, end } = postAsks(platform, id);
  const { status } = await asks(n, wish);
  end();
  return status;
};
const list = (path: string, name: string): unknown[] =>
  (platform.request('GET', `/${path}`, new URLSearchParams('limit=99')).body as never)[name];
const rows = (): unknown[] => list('telemetry', 'rows');

it('keeps a message and passes it on, and knows it again by its key over a kill', async () => {
  const observer = await connect(platform, 'observer');
  await observer.subscribe('#', 2);
  expect([await post(0), await post(1), await post(1)]).toEqual([200, 200, 200]);
  await quiet();
  expect(observer.received.map(({ text, qos }) => [text, qos])).toEqual([
    [envelope(0), 2],
    [envelope(1), 2],
  ]);
  platform.kill();
  platform = await startTwin(folder.file('store.db'));
  const later = await connect(platform, 'observer');
  await later.subscribe('#', 2);
  expect(await post(1)).toBe(200);
  await quiet();
  expect(later.received).toEqual([]);
  expect(rows()).toHaveLength(2);
  expect(list('posts', 'posts')).toMatchObject([
    { device: ID, key: `${ID}/telemetry/1/0` },
    { device: ID, key: `${ID}/telemetry/1/1` },
  ]);
  expect(platform.stats()).toMatchObject({ posts: 1, postsAgain: 1 });
});

it('takes a message without a key each time, and none under the key of another', async () => {
  const observer = await connect(platform, 'observer');
  await observer.subscribe('#', 2);
  expect([await post(0, { key: null }), await post(0, { key: null })]).toEqual([200, 200]);
  expect([await post(1, { key: 'a' }), await post(2, { key: 'a' })]).toEqual([200, 422]);
  // A key is the device's own.
  expect(await post(1, { key: 'a' }, OTHER)).toBe(200);
  await quiet();
  expect(observer.received.map(({ text }) => JSON.parse(text).n)).toEqual([0, 0, 1, 1]);
});

it.each<[string, number, PostWish]>([
  ['a wrong secret', 401, { secret: 'wrong' }],
  ['the topic of another', 403, { topic: topicOf(OTHER, 'telemetry') }],
  ['what cannot be read', 400, { body: 'temperature: 4' }],
  ['a wildcard', 400, { topic: `${topicOf(ID, 'telemetry')}/#` }],
  ['no message', 405, { method: 'GET', body: '' }],
  ['a key that is none', 400, { key: 'two words' }],
])('refuses %s', async (_, status, wish) => {
  expect(await post(0, wish)).toBe(status);
  expect(rows()).toEqual([]);
});

it('asks who it is, and lets nobody in while nobody can be asked', async () => {
  const { asks } = channelAsks(platform, 'http');
  expect(await asks('POST', `/${topicOf(ID, 'telemetry')}`, envelope(0))).toMatchObject({
    status: 401,
  });
  platform.suffer('f', { shut: true });
  expect(await post(0)).toBe(503);
  platform.suffer('f', {});
  expect(await post(0)).toBe(200);
});

it('answers when there is room again, and not before', async () => {
  platform.suffer('f', { full: true });
  const { post: asks } = postAsks(platform, ID);
  const told = asks(0);
  expect((await told).status).toBe(0);
  platform.suffer('f', {});
  await until(() => rows().length === 1);
  expect(await post(0)).toBe(200);
  expect(rows()).toHaveLength(1);
});

it('survives whatever comes', () => {
  for (const fuzz of source({} as never)) expect(survived(fuzz, 1, 300)).toBe(300);
});
