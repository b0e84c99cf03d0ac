/**
 * Campaigns of the platform: bounds of a gate to the device, silence, attempts, a kill in the midst
 * of one, and whatever an operator may ask that makes no sense.
 */
import { duplexPair } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import { CAMPAIGN } from '../testing/lives/ota.ts';
import { ownClock } from '../testing/own-clock.ts';
import {
  connect,
  deviceAccount,
  type Folder,
  quiet,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../testing/twin.ts';
import { wavesOf } from './ota/campaign.ts';

const IDS = Array.from({ length: 10 }, (_, index) => `fridges/north-1/${index}`);
const accounts = IDS.map((id) => deviceAccount(id));
const NOTHING = new URLSearchParams();

let folder: Folder;
let platform: Platform;
let clock: ReturnType<typeof ownClock>;

async function begin(more: object = {}): Promise<unknown> {
  folder = temporaryFolder();
  clock = ownClock();
  await start();
  return platform.request('POST', '/ota/spring', NOTHING, { ...CAMPAIGN, ...more }).body;
}

const start = async (): Promise<void> => {
  platform = await startTwin(folder.file('store.db'), { accounts, clock });
};

afterEach(async () => {
  await platform.close();
  folder.remove();
});

const order = wavesOf({ ...CAMPAIGN, name: 'spring', waves: [1_000_000] } as never, IDS).map(
  ([id]) => id,
);

interface Seen {
  wave: number;
  state: string;
  gates: { wave: number; passed: number }[];
}

const seen = (): Seen => platform.request('GET', '/ota/spring', NOTHING).body as Seen;

function settledOf(id: string): string[] {
  const { body } = platform.request('GET', '/ota', new URLSearchParams('limit=99'));
  const { ota } = body as {
    ota: { device: string; settled: { attempt: number; status: string }[] }[];
  };
  const row = ota.find(({ device }) => device === id);
  return (row?.settled ?? []).map(({ attempt, status }) => `${attempt} ${status}`);
}

let n = 0;
async function says(id: string, status: string, attempt = 1): Promise<void> {
  const device = await connect(platform, id);
  const last = { campaign: 'spring', attempt, status, why: '' };
  const v = { version: '2.1.0', campaign: '', attempt: 0, last, ask: false };
  await device.publish(topicOf(id, 'ota-status'), JSON.stringify({ n: n++, e: 1, t: 0, v }), 1);
  await device.end();
}

it('opens a wave when the last device that it takes has it, and not before', async () => {
  expect(await begin({ waves: [500_000, 1_000_000], success: 600_000 })).toEqual({
    devices: 10,
    waves: [5, 5],
    at: 0,
  });
  const [first = '', second = '', third = '', later = ''] = order;
  await says(first, 'confirmed');
  await says(first, 'confirmed');
  await says(second, 'confirmed');
  await says(later, 'failed');
  expect(seen()).toMatchObject({ wave: 0, state: 'running' });
  await says(third, 'confirmed');
  expect(seen()).toMatchObject({ wave: 1, state: 'running', gates: [{ wave: 0, passed: 1 }] });
  expect(settledOf(first)).toEqual(['1 confirmed']);
});

it('halts when too many have failed, and when its time is up', async () => {
  await begin({ waves: [500_000, 1_000_000], success: 600_000, withinMs: 5000 });
  for (const id of order.slice(0, 2)) await says(id, 'rolled-back');
  expect(seen()).toMatchObject({ wave: 0, state: 'running' });
  await clock.pass(4900);
  expect(seen().state).toBe('running');
  await clock.pass(200);
  expect(seen()).toMatchObject({ wave: 0, state: 'halted', gates: [{ wave: 0, passed: 0 }] });
  // Whoever was on the way still ends, and nobody new begins.
  await says(order[2] ?? '', 'confirmed');
  expect(settledOf(order[2] ?? '')).toEqual(['1 confirmed']);
  expect(settledOf(order[7] ?? '')).toEqual([]);
});

it('takes silence for an end, offers it again, and heeds no late word', async () => {
  await begin({ waves: [1_000_000], success: 0, timeoutMs: 2000, tries: 2 });
  const [first = '', second = ''] = order;
  await says(second, 'confirmed');
  await clock.pass(2600);
  expect(settledOf(first)).toEqual(['1 timed-out']);
  await says(first, 'confirmed', 1);
  expect(settledOf(first)).toEqual(['1 timed-out']);
  await says(first, 'confirmed', 2);
  await clock.pass(5000);
  expect(settledOf(first)).toEqual(['1 timed-out', '2 confirmed']);
  expect(settledOf(second)).toEqual(['1 confirmed']);
  expect(settledOf(order[5] ?? '')).toEqual(['1 timed-out', '2 timed-out']);
});

it('offers it again to one that says now and then that it does nothing', async () => {
  await begin({ waves: [1_000_000], success: 0, timeoutMs: 60_000 });
  const [idle = '', busy = ''] = order;
  const offers = (): unknown => platform.stats().otaOffers;
  const stands = async (id: string, campaign: string): Promise<void> => {
    const device = await connect(platform, id);
    const v = { version: '1.0.0', campaign, attempt: 1, last: null, ask: false };
    await device.publish(topicOf(id, 'ota-status'), JSON.stringify({ n: n++, e: 1, t: 0, v }), 1);
    await device.end();
  };
  await stands(idle, '');
  const before = Number(offers());
  // It was asked a moment ago.
  await stands(idle, '');
  expect(offers()).toBe(before);
  await clock.pass(2500);
  await stands(busy, 'spring');
  expect(offers()).toBe(before);
  await stands(idle, '');
  expect(offers()).toBe(before + 1);
});

it('believes the latest that a device said, and nothing that cannot be read', async () => {
  await begin({ waves: [1_000_000], success: 0, timeoutMs: 60_000 });
  const [id = ''] = order;
  const device = await connect(platform, id);
  const tells = (number: number, v: object): Promise<unknown> =>
    device.publish(topicOf(id, 'ota-status'), JSON.stringify({ n: number, e: 1, t: 0, v }), 1);
  const status = { version: '2.1.0', campaign: '', attempt: 0, last: null, ask: false };
  const believed = (): unknown => {
    const { body } = platform.request('GET', '/ota', new URLSearchParams('limit=99'));
    return (body as { ota: { device: string; version: string }[] }).ota.find(
      (one) => one.device === id,
    )?.version;
  };
  await tells(7, status);
  await tells(6, { ...status, version: '1.0.0' });
  expect(believed()).toBe('2.1.0');
  await tells(8, { ...status, version: 'newest' });
  await tells(9, { ...status, version: '3.0.0', campaign: 5 });
  await tells(10, { ...status, version: '3.0.0', attempt: -1 });
  expect(believed()).toBe('2.1.0');
  await device.end();
});

it.each([null, 7, 'spring'])('refuses the body %j', async (body) => {
  await begin();
  expect(platform.request('POST', '/ota/autumn', NOTHING, body).status).toBe(400);
});

it('goes on after a kill, with its times', async () => {
  await begin({ waves: [500_000, 1_000_000], success: 600_000, withinMs: 9000, timeoutMs: 20_000 });
  for (const id of order.slice(0, 2)) await says(id, 'confirmed');
  for (let kills = 0; kills < 3; kills++) {
    platform.kill();
    await start();
    expect(seen()).toMatchObject({ wave: 0, state: 'running', gates: [] });
  }
  await says(order[2] ?? '', 'confirmed');
  platform.kill();
  await start();
  expect(seen()).toMatchObject({ wave: 1, gates: [{ wave: 0, passed: 1 }] });
  await clock.pass(9100);
  expect(seen().state).toBe('halted');
});

it.each<[string, object, number]>([
  ['a gate of 101 %', { success: 1_010_000 }, 400],
  ['waves that fall', { waves: [500_000, 400_000] }, 400],
  ['no waves', { waves: [] }, 400],
  ['a manifest that is none', { signed: { text: '{}', signature: 'ab' } }, 400],
  ['an image that is no text', { image: 7 }, 400],
  ['devices that there are not', { of: 'nowhere' }, 404],
  ['a patch that is none', { patch: '!' }, 400],
])('refuses %s', async (_, wrong, status) => {
  await begin();
  const body = { ...CAMPAIGN, ...wrong };
  expect(platform.request('POST', '/ota/autumn', NOTHING, body).status).toBe(status);
  expect(platform.stats().otaRefusals).toBe(1);
});

it('answers who begins it once more as the first time, also after a kill', async () => {
  const patch = Buffer.from('diff').toString('base64');
  const first = await begin({ patch, now: 70 });
  const again = (more: object = {}) =>
    platform.request('POST', '/ota/spring', NOTHING, { ...CAMPAIGN, patch, now: 70, ...more });
  await clock.pass(1500);
  expect(again()).toEqual({ status: 200, body: first });
  platform.kill();
  await start();
  expect(again()).toEqual({ status: 200, body: first });
  const image = Buffer.from('other').toString('base64');
  const others = [{ tries: 9 }, { now: 71 }, { image }, { patch: image }, { patch: undefined }];
  for (const more of others) expect(again(more).status).toBe(409);
});

it('hands out a patch beside the image, also after a kill, or says it has none', async () => {
  const patch = Uint8Array.from({ length: 40 }, (_, at) => at);
  await begin({ patch: Buffer.from(patch).toString('base64') });
  const load = async (path: string): Promise<string> => {
    const [near, far] = duplexPair();
    platform.handle(far, 'ota');
    const parts: Buffer[] = [];
    near.on('data', (bytes: Buffer) => parts.push(bytes));
    near.write(`GET ${path} HTTP/1.1\r\nrange: bytes=8-11\r\n\r\n`);
    await quiet();
    near.destroy();
    return Buffer.concat(parts).toString('latin1');
  };
  const stretch = `\r\n\r\n${String.fromCharCode(8, 9, 10, 11)}`;
  expect(await load('/ota/spring/delta')).toContain(stretch);
  expect(await load('/ota/spring')).toMatch(/^HTTP\/1.1 206/);
  expect(await load('/ota/summer/delta')).toMatch(/^HTTP\/1.1 404/);
  platform.kill();
  await start();
  expect(await load('/ota/spring/delta')).toContain(stretch);
});
