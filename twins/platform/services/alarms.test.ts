/** What an operator may ask of alarms, what is refused, and what outlives a kill. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import {
  connect,
  deviceAccount,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../testing/twin.ts';

const NOTHING = new URLSearchParams();
const ID = 'fridges/north-1/0';
const RULE = { of: 'fridges', when: 'level > 5.0', clear: 'level < 2.0', forMs: 0 };
const BOUNDS = {
  ...{ floodMore: 2, floodMs: 5000, chatterTimes: 3, chatterMs: 5000, shelveMostMs: 9000 },
};

interface Alarm {
  state: string;
  number: number;
  shelvedUntil: number | null;
  chatter: object[];
  history: { place: number; event: string; at: number; about: number }[];
}

let folder: Folder;
let platform: Platform;
let now: number;

const start = async (): Promise<void> => {
  platform = await startTwin(folder.file('store.db'), {
    accounts: [deviceAccount(ID)],
    clock: { now: () => now, after: () => () => {} },
  });
};
beforeEach(async () => {
  folder = temporaryFolder();
  now = 500;
  await start();
  tell('/rules/high', RULE);
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const tell = (path: string, body: object) => platform.request('POST', path, NOTHING, body);
const get = <T>(path: string): T => platform.request('GET', path, NOTHING).body as T;
const alarm = (): Alarm => get<Alarm>('/alarms/1');
const events = (): string[] => alarm().history.map(({ event }) => event);

async function says(n: number, level: number): Promise<void> {
  now = Math.max(now, 1000 + 1000 * n);
  const device = await connect(platform, ID);
  const said = JSON.stringify({ n, e: 1, t: 1000 + 1000 * n, v: { level } });
  await device.publish(topicOf(ID, 'telemetry'), said, 1);
  await device.end();
}

it('comes and goes with its rule, and waits for its acknowledgement', async () => {
  await says(0, 6);
  expect(alarm()).toMatchObject({ rule: 'high', subject: ID, state: 'unack-active', number: 1 });
  await says(1, 1);
  expect(alarm().state).toBe('unack-returned');
  expect(tell('/alarms/1/ack', { token: 'a', number: 1 })).toMatchObject({
    ...{ status: 200, body: { at: 2000, number: 1 } },
  });
  expect(alarm().state).toBe('normal');
  expect(events()).toEqual(['raised', 'annunciated', 'cleared', 'annunciated', 'acked']);
  expect(get<{ alarms: object[] }>('/alarms').alarms).toMatchObject([
    { device: ID, alarms: [{ id: 1, state: 'normal' }] },
  ]);
});

it.each([1, 2, 3, 7])('lists no more than %i rows of history on a page', async (limit) => {
  expect(tell('/alarms/bounds', { ...BOUNDS, chatterTimes: 2, chatterMs: 1500 }).status).toBe(200);
  for (let n = 0; n < 12; n++) await says(n < 6 ? n : n + 9, n % 2 === 0 ? 6 : 1);
  const parts: Alarm[] = [];
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const query = new URLSearchParams({ limit: String(limit), cursor });
    const { body } = platform.request('GET', '/alarms', query);
    const page = body as { alarms: { alarms: Alarm[] }[]; next: string | null };
    const own = page.alarms.flatMap(({ alarms }) => alarms);
    const rows = own.flatMap(({ history, chatter }) => [...history, ...chatter]);
    expect(rows.length).toBeLessThanOrEqual(limit);
    parts.push(...own);
    cursor = page.next;
  }
  const { history, chatter, ...rest } = alarm();
  expect([history.length, chatter.length]).toEqual([24, 10]);
  expect(parts.flatMap((part) => part.history)).toEqual(history);
  expect(parts.flatMap((part) => part.chatter)).toEqual(chatter);
  expect(parts[0]).toMatchObject(rest);
  expect(platform.request('GET', '/alarms', new URLSearchParams('cursor=1.x')).status).toBe(400);
  expect(platform.request('GET', '/alarms', new URLSearchParams('cursor=x')).status).toBe(400);
});

it('is asked the same twice and does it once; what was refused stays so', async () => {
  await says(0, 6);
  expect(tell('/alarms/1/ack', { token: 'a', number: 2 }).status).toBe(409);
  expect(tell('/alarms/1/ack', { token: 'b', number: 1 })).toMatchObject({ status: 200 });
  platform.kill();
  await start();
  now = 1900;
  expect(tell('/alarms/1/ack', { token: 'b', number: 1 })).toMatchObject({ body: { at: 1000 } });
  expect(tell('/alarms/1/ack', { token: 'a', number: 1 }).status).toBe(409);
  expect(tell('/alarms/1/ack', { token: 'c' }).status).toBe(409);
  expect(tell('/alarms/1/shelve', { token: 'b', forMs: 10 }).status).toBe(409);
  expect(events()).toEqual(['raised', 'annunciated', 'refused', 'acked', 'refused']);
  expect(platform.stats().alarmRefusals).toBe(1);
});

it('comes off the shelf when the platform is back, and only then a person is told', async () => {
  await says(0, 6);
  expect(tell('/alarms/1/shelve', { token: 's', forMs: 3000 })).toMatchObject({
    body: { until: 4000 },
  });
  await says(1, 1);
  expect(alarm()).toMatchObject({ state: 'unack-returned', shelvedUntil: 4000 });
  platform.kill();
  now = 6000;
  await start();
  expect(alarm()).toMatchObject({ state: 'unack-returned', shelvedUntil: null });
  const { history } = alarm();
  expect(events()).toEqual([
    ...['raised', 'annunciated', 'shelved', 'cleared', 'unshelved', 'annunciated'],
  ]);
  expect(history.at(-2)).toMatchObject({ at: 6000 });
  expect(history.at(-1)?.about).toBe(history.at(-2)?.place);
  const { heard, last } = get<{ heard: object[]; last: number }>('/alarms/heard');
  expect(heard).toMatchObject([
    { event: 'raised' },
    { event: 'unshelved', state: 'unack-returned' },
  ]);
  expect(last).toBe(history.at(-1)?.place);
});

it('counts a flood and chatter by the bounds that it is told', async () => {
  expect(tell('/alarms/bounds', BOUNDS)).toMatchObject({ status: 200, body: { version: 1 } });
  expect(tell('/alarms/bounds', BOUNDS)).toMatchObject({ status: 200, body: { version: 1 } });
  for (let n = 0; n < 3; n++) await says(n, n % 2 === 0 ? 6 : 1);
  const stretch = { from: 3000, to: 6000, told: 3 };
  expect(alarm().chatter).toEqual([stretch]);
  expect(get<object>('/alarms/floods')).toEqual({ floods: [stretch], next: null });
  expect(platform.stats()).toMatchObject({ alarmFloods: 1, alarmChatters: 1 });
});

it.each([
  ['ack', {}],
  ['ack', { token: '' }],
  ['ack', { token: 7 }],
  ['ack', { token: 'a', by: 7 }],
  ['ack', { token: 'a', number: 0 }],
  ['shelve', { token: 'a' }],
  ['shelve', { token: 'a', forMs: 0.5 }],
  ['shelve', { token: 'a', forMs: 30_000_000 }],
])('refuses to %s with %j', async (what, body) => {
  await says(0, 6);
  expect(tell(`/alarms/1/${what}`, body).status).toBe(400);
  expect(events()).toEqual(['raised', 'annunciated']);
});

it('refuses bounds that are none, and knows no other alarm', () => {
  for (const wrong of [{ floodMore: 0 }, { chatterTimes: 1 }, { floodMs: 0.5 }, { chatterMs: 0 }]) {
    expect(tell('/alarms/bounds', { ...BOUNDS, ...wrong }).status).toBe(400);
  }
  expect(tell('/alarms/7/ack', { token: 'a' }).status).toBe(404);
  expect(tell('/alarms/x/ack', { token: 'a' }).status).toBe(404);
  expect(platform.request('GET', '/alarms/7', NOTHING).status).toBe(404);
});
