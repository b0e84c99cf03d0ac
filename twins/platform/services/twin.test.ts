/** What the platform makes of changes and reports, told by its answers and by what goes down. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Platform } from '../platform.ts';
import {
  ACCOUNTS,
  connect,
  deviceAccount,
  type Folder,
  quiet,
  startTwin,
  type TestClient,
  temporaryFolder,
  topicOf,
} from '../testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const PATH = `/twin/${encodeURIComponent(FRIDGE)}`;

let folder: Folder;
let platform: Platform;
let device: TestClient;

beforeEach(async () => {
  folder = temporaryFolder();
  await start();
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

async function start(): Promise<void> {
  platform = await startTwin(folder.file('store.db'));
  device = await connect(platform, FRIDGE);
  await device.subscribe(topicOf(FRIDGE, 'twin-delta'), 1);
}

const change = (desired: unknown, more: object = {}) =>
  platform.request('POST', PATH, new URLSearchParams(), { desired, ...more });
const twin = () => platform.request('GET', PATH, new URLSearchParams()).body;
const history = () =>
  (platform.request('GET', `${PATH}/history`, new URLSearchParams()).body as { history: unknown[] })
    .history;

async function reports(n: number, v: object, epoch = 1): Promise<void> {
  const text = JSON.stringify({ n, e: epoch, t: 0, v });
  await device.publish(topicOf(FRIDGE, 'twin-report'), text, 1);
}

/** What has come down since it was last asked. */
async function deltas(): Promise<unknown[]> {
  await quiet();
  return device.received.splice(0).map(({ text }) => (JSON.parse(text) as { v: unknown }).v);
}

test('a change gets the next version, is answered, is kept and goes down', async () => {
  expect(change({ lid: 1, light: { hue: 2 } }, { who: 'ann', why: 'to try', token: 't1' })).toEqual(
    {
      status: 200,
      body: { version: 1, desired: { lid: 1, light: { hue: 2 } } },
    },
  );
  expect(change({ lid: null })).toEqual({
    status: 200,
    body: { version: 2, desired: { light: { hue: 2 } } },
  });
  expect(twin()).toMatchObject({
    ...{ version: 2, desired: { light: { hue: 2 } }, changed: { light: 1 }, known: 0, pushes: 2 },
  });
  expect(history()).toMatchObject([
    { version: 1, who: 'ann', why: 'to try', token: 't1', patch: { lid: 1, light: { hue: 2 } } },
    { version: 2, who: '', patch: { lid: null } },
  ]);
  expect(await deltas()).toEqual([
    { version: 1, since: 0, desired: { lid: 1, light: { hue: 2 } } },
    { version: 2, since: 0, desired: { light: { hue: 2 } } },
  ]);
});

test('what a device says outlives a kill, and an older word of it says nothing new', async () => {
  await reports(5, { version: 0, settings: { lid: 2 }, refused: { hue: 'no' } });
  const said = { reported: { lid: 2 }, refused: { hue: 'no' }, epoch: 1, reports: 5 };
  expect(twin()).toMatchObject(said);
  for (const n of [3, 5]) await reports(n, { version: 0, settings: { lid: 9 } }, 2);
  expect(twin()).toMatchObject(said);
  platform.kill();
  await start();
  expect(twin()).toMatchObject(said);
  await reports(6, { version: 0, settings: { lid: 3 } }, 2);
  expect(twin()).toMatchObject({ reported: { lid: 3 }, refused: {}, epoch: 2, reports: 6 });
});

test('what goes down is what the device cannot have yet, or has otherwise', async () => {
  await reports(0, { version: 0, settings: { lid: 1, light: 5 } });
  // It is set so already, and does not know that it is to be.
  change({ lid: 1, light: 7, tone: 3 });
  const all = { lid: 1, light: 7, tone: 3 };
  expect(await deltas()).toEqual([{ version: 1, since: 0, desired: all }]);
  const refused = { tone: 'no such setting' };
  await reports(1, { version: 1, settings: { lid: 4, light: 7 }, refused, ask: true });
  // What it has refused is not offered again before somebody changes it.
  expect(await deltas()).toEqual([{ version: 1, since: 1, desired: { lid: 1 } }]);
  change({ tone: 3 });
  expect(await deltas()).toEqual([{ version: 2, since: 1, desired: { lid: 1, tone: 3 } }]);
});

test('who asks is answered, and nobody else', async () => {
  change({ lid: 1 });
  await deltas();
  const settings = { lid: 1 };
  for (const [n, ask, answers] of [
    [0, false, 0],
    [1, undefined, 0],
    [2, 'yes', 0],
    [3, true, 1],
    // Sent again, it is still a question.
    [3, true, 1],
  ] as const) {
    await reports(n, { version: 1, settings, ...(ask === undefined ? {} : { ask }) });
    expect(await deltas(), `${n} ${ask}`).toHaveLength(answers);
  }
  await reports(9, { version: 1, settings, ask: true });
  expect(await deltas()).toEqual([{ version: 1, since: 1, desired: {} }]);
});

test.each([
  ['no settings', { version: 1, ask: true }],
  ['no version', { settings: {}, ask: true }],
  ['a version below 0', { version: -1, settings: {}, ask: true }],
  ['half a version', { version: 0.5, settings: {}, ask: true }],
  ['refusals that are none', { version: 0, settings: {}, refused: 7, ask: true }],
  ['a key that is too long', { version: 0, settings: { ['k'.repeat(65)]: 1 }, ask: true }],
])('a report with %s says nothing', async (_, report) => {
  const before = twin();
  await reports(0, report);
  expect([twin(), await deltas()]).toEqual([before, []]);
});

test.each([
  ['on top of another version', 409, { lid: 2 }, { version: 0 }],
  ['with too large a document', 413, { lid: 'x'.repeat(8192) }, {}],
  ['that is no object', 400, ['lid'], {}],
  ['from a version that is none', 400, { lid: 2 }, { version: 1.5 }],
  ['from a version below 0', 400, { lid: 2 }, { version: -1 }],
  ['by nobody who has a name', 400, { lid: 2 }, { who: 7 }],
  ['for a reason without end', 400, { lid: 2 }, { why: 'x'.repeat(257) }],
])('a change %s is refused, and changes nothing', async (_, status, desired, more) => {
  change({ lid: 1 });
  await deltas();
  const before = twin();
  expect(change(desired, more).status).toBe(status);
  expect([twin(), await deltas()]).toEqual([before, []]);
  expect(history()).toHaveLength(1);
  expect(platform.stats()).toMatchObject({ twinChanges: 1, twinRefusals: 1, twinPushes: 1 });
});

test('a change is taken at the edge of what is allowed', () => {
  // Quotes, braces, colon and the key around it: 8192 bytes of JSON.
  expect(change({ lid: 'x'.repeat(8192 - 10) }).status).toBe(200);
  expect(change({ lid: null }, { version: 1, why: 'x'.repeat(256) }).status).toBe(200);
  expect(change({ lid: 'x'.repeat(8192 - 9) }).status).toBe(413);
});

test('a child of which nothing was known is answered when it first asks', async () => {
  const [gate, box] = ['gates/north-1', 'boxes/north-1/1'];
  const { topics, ...account } = deviceAccount(gate);
  const both = [...topics, topicOf(box, '')];
  await platform.close();
  platform = await startTwin(folder.file('children.db'), {
    accounts: [...ACCOUNTS, { ...account, topics: both, speaksFor: [box] }],
  });
  device = await connect(platform, gate);
  await device.subscribe(topicOf(box, 'twin-delta'), 1);
  const v = { version: 0, settings: { lid: 1 }, refused: {}, ask: true };
  const asks = { n: 0, e: 1, t: 0, v };
  await device.publish(topicOf(box, 'twin-report'), JSON.stringify(asks), 1);
  expect(await deltas()).toEqual([{ version: 0, since: 0, desired: {} }]);
});
