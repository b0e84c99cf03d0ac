/** The API by message: what is asked on a topic is done as over HTTP, once, and answered. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Platform } from './platform.ts';
import {
  connect,
  type Folder,
  quiet,
  startTwin,
  type TestClient,
  temporaryFolder,
} from './testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const PATH = `/twin/${encodeURIComponent(FRIDGE)}`;
const NOTHING = new URLSearchParams();

let folder: Folder;
let platform: Platform;
let operator: TestClient;

beforeEach(async () => {
  folder = temporaryFolder();
  platform = await startTwin(folder.file('store.db'));
  operator = await connect(platform, 'commander');
  await operator.subscribe('tw/r1/answer/commander', 1);
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const ask = (question: unknown, as = 'commander'): Promise<unknown> =>
  operator.publish(`tw/r1/ask/${as}`, JSON.stringify(question), 1);

async function answers(): Promise<unknown[]> {
  await quiet();
  return operator.received.splice(0).map(({ text }) => JSON.parse(text) as unknown);
}

it('changes a twin and reads it, with the answers of HTTP', async () => {
  const body = { desired: { lid: 3 }, who: 'ann', token: 't1' };
  await ask({ id: 'a', path: PATH, body });
  await ask({ id: 'b', path: PATH });
  expect(await answers()).toEqual([
    { id: 'a', status: 200, body: { version: 1, desired: { lid: 3 } } },
    { id: 'b', ...platform.request('GET', PATH, NOTHING) },
  ]);
  expect(platform.stats()).toMatchObject({ twinChanges: 1, twinPushes: 1 });
});

it('makes a change once, however often it is asked for', async () => {
  const body = { desired: { lid: 3 }, version: 0, who: 'ann', token: 't1' };
  await ask({ id: 'a', path: PATH, body });
  await ask({ id: 'a', path: PATH, body });
  const answer = { id: 'a', status: 200, body: { version: 1, desired: { lid: 3 } } };
  expect(await answers()).toEqual([answer, answer]);
  // Another's token is another's change.
  await ask({ id: 'b', path: PATH, body: { ...body, version: 1, who: 'ben' } });
  expect(await answers()).toMatchObject([{ id: 'b', status: 200, body: { version: 2 } }]);
});

it.each([
  ['on top of another version', 409, PATH, { desired: { lid: 1 }, version: 7 }],
  ['that is no object', 400, PATH, { desired: 7 }],
  ['of a device that there is not', 404, '/twin/nobody', { desired: {} }],
  ['with too large a document', 413, PATH, { desired: { lid: 'x'.repeat(9000) } }],
])('refuses a change %s, and counts it', async (_, status, path, body) => {
  await ask({ id: 'a', path, body });
  expect(await answers()).toEqual([{ id: 'a', ...platform.request('POST', path, NOTHING, body) }]);
  expect(platform.request('POST', path, NOTHING, body).status).toBe(status);
  expect(platform.stats().twinRefusals).toBe(status === 404 ? 0 : 3);
  expect(platform.stats().twinChanges).toBe(0);
});

it('answers nothing to what is no question', async () => {
  for (const question of [
    7,
    null,
    {},
    { id: 'a' },
    { path: PATH },
    { id: 'x'.repeat(65), path: '/' },
  ])
    await ask(question);
  expect(await answers()).toEqual([]);
  await ask({ id: 'a', path: '/nowhere' });
  expect(await answers()).toMatchObject([{ id: 'a', status: 404 }]);
});

it('lets nobody ask as somebody else', async () => {
  await ask({ id: 'a', path: PATH, body: { desired: { lid: 1 } } }, 'observer').catch(() => {});
  await quiet();
  expect(operator.isClosed()).toBe(true);
  expect(platform.stats().twinChanges).toBe(0);
});

it('answers who was away when it was asked', async () => {
  await operator.end();
  operator = await connect(platform, 'commander', { clean: false });
  await operator.subscribe('tw/r1/answer/commander', 1);
  await ask({ id: 'a', path: PATH, body: { desired: { lid: 3 } } });
  await operator.drop();
  platform.kill();
  platform = await startTwin(folder.file('store.db'));
  operator = await connect(platform, 'commander', { clean: false });
  expect(await answers()).toMatchObject([{ id: 'a', status: 200, body: { version: 1 } }]);
});
