/** What follows from an alarm: asked for, done and held, over a kill; and what is refused. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import { CAMPAIGN } from '../testing/lives/ota.ts';
import {
  connect,
  type Folder,
  quiet,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../testing/twin.ts';

const ID = 'fridges/north-1/17';
const NOTHING = new URLSearchParams();
const RULE = { of: '', when: 'level > 5.0', clear: 'level < 2.0' };
const LID = { command: { name: 'lid', value: 1 } };

let folder: Folder;
let platform: Platform;
let n = 0;
let now = 500;
const clock = { now: () => now, after: () => () => {} };

beforeEach(async () => {
  folder = temporaryFolder();
  platform = await startTwin(folder.file('store.db'), { clock });
  n = 0;
  now = 500;
  post('rules/high', RULE);
});

afterEach(async () => {
  await platform.close();
  folder.remove();
});

const post = (path: string, body: unknown) =>
  platform.request('POST', `/${path}`, NOTHING, body) as { status: number; body: Body };
const get = (path: string) => platform.request('GET', `/${path}`, NOTHING).body as Body;

interface Body {
  error?: string;
  at?: number;
  acts?: { device: string; decided: Decided[]; sent: unknown[]; answers: unknown[] }[];
  [datum: string]: unknown;
}

interface Decided {
  act: string;
  done: boolean;
  why: string;
  by: string;
  key: string;
  values: object;
}

/** Readings of one device; what came down to it meanwhile. */
async function says(...levels: number[]): Promise<{ n: number; v: Record<string, unknown> }[]> {
  const device = await connect(platform, ID);
  await device.subscribe(topicOf(ID, 'act'), 1);
  for (const level of levels) {
    now += 100;
    const said = JSON.stringify({ n, e: 1, t: 1000 * n++, v: { level, note: 'x' } });
    await device.publish(topicOf(ID, 'telemetry'), said, 1);
  }
  await quiet();
  const heard = device.received.map(({ text }) => JSON.parse(text));
  await device.end();
  return heard;
}

const own = () => get('acts').acts?.find(({ device }) => device === ID);
const outcomes = (): string[] =>
  (own()?.decided ?? []).map(({ act, done, why, by }) => `${act} ${done ? 'done' : why}${by}`);

it('commands the device once for each alarm, and keeps what it answered and why', async () => {
  post('acts/open', { rule: 'high', do: LID });
  const [command] = await says(6, 7);
  const key = `open/1/${ID}/0`;
  expect(command).toMatchObject({ n: 0, v: { key, name: 'lid', value: 1 } });
  const device = await connect(platform, ID);
  for (const done of [true, false]) {
    const answer = JSON.stringify({ n: 0, e: 1, t: 0, v: { key, done } });
    await device.publish(topicOf(ID, 'acted'), answer, 1);
  }
  await device.publish(topicOf(ID, 'acted'), '{"n":1,"e":1,"t":0,"v":{"key":7}}', 1);
  await device.end();
  expect(own()).toMatchObject({
    decided: [{ rule: 'high', version: 1, at: 0, done: true, key, values: { level: 6 } }],
    sent: [{ n: 0, key }],
    answers: [{ key, done: true }],
  });
});

it.each([1, 2, 4])('lists no more than %i things on a page', async (limit) => {
  post('acts/open', { rule: 'high', do: LID });
  const commands = await says(6, 1, 6, 1, 6, 1);
  const device = await connect(platform, ID);
  for (const { n: place, v } of commands.slice(1)) {
    const answer = JSON.stringify({ n: place, e: 1, t: 0, v: { key: v.key, done: true } });
    await device.publish(topicOf(ID, 'acted'), answer, 1);
  }
  await device.end();
  type Listed = NonNullable<Body['acts']>[number];
  const parts: Listed[] = [];
  for (let cursor: string | null = '0'; cursor !== null; ) {
    const query = new URLSearchParams({ limit: String(limit), cursor });
    const { body } = platform.request('GET', '/acts', query);
    const { acts, next } = body as { acts: Listed[]; next: string | null };
    const sizes = acts.map((one) => one.decided.length + one.sent.length + one.answers.length);
    expect(sizes.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(limit);
    parts.push(...acts.filter((one) => one.device === ID));
    cursor = next;
  }
  const whole = own();
  expect([whole?.decided.length, whole?.sent.length, whole?.answers.length]).toEqual([3, 3, 2]);
  expect(parts.flatMap(({ decided }) => decided)).toEqual(whole?.decided);
  expect(parts.flatMap(({ sent }) => sent)).toEqual(whole?.sent);
  expect(parts.flatMap(({ answers }) => answers)).toEqual(whole?.answers);
});

it('goes on after a kill, and what it has done is done', async () => {
  post('acts/open', { rule: 'high', do: LID, guard: { most: 2, overMs: 86_400_000 } });
  await says(6, 1);
  platform.kill();
  platform = await startTwin(folder.file('store.db'), { clock });
  await says(6, 1, 6);
  expect(outcomes()).toEqual(['open done', 'open done', 'open rate']);
});

it('changes the twin, and holds a campaign', async () => {
  post('acts/dim', { rule: 'high', do: { twin: { dim: 3 } } });
  post('acts/hold', { rule: 'high', do: { pause: 'spring' } });
  await says(1);
  post('ota/spring', CAMPAIGN);
  await says(6, 1, 6);
  const twin = get(`twin/${encodeURIComponent(ID)}`);
  expect(twin).toMatchObject({ desired: { dim: 3 }, version: 2 });
  expect(get('ota/spring')).toMatchObject({ paused: expect.any(Number) });
  expect(outcomes().slice(0, 2)).toEqual(['dim done', 'hold done']);
});

it('tells whoever should do it and refuses, and that nobody can', async () => {
  post('acts/hold', { rule: 'high', do: { pause: 'autumn' } });
  const window = { everyMs: 1000, overMs: 1000, lateMs: 0 };
  post('rules/site', { ...RULE, when: 'true', per: 'site', window });
  await says(6);
  expect(outcomes()).toEqual(['hold refused']);
});

it('does nothing while the operator has stopped all of it', async () => {
  post('acts/open', { rule: 'high', do: LID });
  const { at } = post('acts/switch/off', {}).body;
  expect(post('acts/switch/off', {}).body).toEqual({ at });
  expect(await says(6, 1)).toEqual([]);
  expect(get('acts/switch')).toMatchObject({ isOn: false });
  post('acts/switch/on', {});
  await says(6);
  expect(outcomes()).toEqual(['open stopped', 'open done']);
});

it.each([
  ['acts/Open', { rule: 'high', do: LID }, 400],
  ['acts/open', null, 400],
  ['acts/open', { rule: '', do: LID }, 400],
  ['acts/open', { rule: 'high', on: 'acked', do: LID }, 400],
  ['acts/open', { rule: 'high' }, 400],
  ['acts/open', { rule: 'high', do: { ...LID, pause: 'x' } }, 400],
  ['acts/open', { rule: 'high', do: { shout: 1 } }, 400],
  ['acts/open', { rule: 'high', do: { command: { name: 'lid', value: '1' } } }, 400],
  ['acts/open', { rule: 'high', do: { twin: {} } }, 400],
  ['acts/open', { rule: 'high', do: { pause: '../x' } }, 400],
  ['acts/open', { rule: 'high', do: LID, guard: { deadMs: -1 } }, 400],
  ['acts/open', { rule: 'high', do: LID, guard: { most: 1.5, overMs: 1 } }, 400],
  ['acts/open', { rule: 'high', do: LID, guard: { most: 1 } }, 400],
  ['acts/open', { rule: 'high', do: LID, guard: { fleetOverMs: 1 } }, 400],
  ['acts/switch/maybe', {}, 404],
  ['acts/open/on', {}, 404],
])('refuses %s %j', (path, body, status) => {
  expect(post(path, body).status).toBe(status);
  expect(platform.request('GET', '/acts/open', NOTHING).status).toBe(404);
});

it('takes the same once more, and nothing else under its name', () => {
  const { at } = post('acts/open', { rule: 'high', do: LID }).body;
  expect(post('acts/open', { rule: 'high', do: LID }).body).toEqual({ at });
  expect(post('acts/open', { rule: 'low', do: LID }).status).toBe(409);
  expect(get('acts/open')).toMatchObject({ name: 'open', from: at, rule: 'high', on: 'raised' });
});
