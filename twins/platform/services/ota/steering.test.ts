/**
 * How an operator steers a campaign: the bound on failures to the device, the rate over kills, the
 * window, and whatever it does in between.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Platform } from '../../platform.ts';
import { CAMPAIGN } from '../../testing/lives/ota.ts';
import { ownClock } from '../../testing/own-clock.ts';
import {
  connect,
  deviceAccount,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
} from '../../testing/twin.ts';
import { wavesOf } from './campaign.ts';

const IDS = Array.from({ length: 20 }, (_, index) => `fridges/north-1/${index}`);
const accounts = IDS.map((id) => deviceAccount(id));
const NOTHING = new URLSearchParams();
const ALL = [1_000_000];
const HALVES = [500_000, 1_000_000];

let folder: Folder;
let platform: Platform;
let clock: ReturnType<typeof ownClock>;
let n = 0;

const start = async (): Promise<void> => {
  platform = await startTwin(folder.file('store.db'), { accounts, clock });
};

async function begin(more: object): Promise<void> {
  folder = temporaryFolder();
  clock = ownClock();
  await start();
  platform.request('POST', '/ota/spring', NOTHING, { ...CAMPAIGN, ...more });
}

afterEach(async () => {
  await platform.close();
  folder.remove();
});

const order = wavesOf({ ...CAMPAIGN, name: 'spring', waves: ALL } as never, IDS).map(([id]) => id);

interface Seen {
  state: string;
  wave: number;
  devices: Record<string, number>;
  gates: object[];
  moves: object[];
}
const seen = (): Seen => platform.request('GET', '/ota/spring', NOTHING).body as Seen;

const told = (move: string) => platform.request('POST', `/ota/spring/${move}`, NOTHING, {});

interface Row {
  device: string;
  offered: { attempt: number; at: number }[];
  settled: { attempt: number; status: string; at: number }[];
}
function rows(): Row[] {
  const { body } = platform.request('GET', '/ota', new URLSearchParams('limit=99'));
  return (body as { ota: Row[] }).ota;
}

const offeredAt = (): number[] =>
  rows()
    .flatMap(({ offered }) => offered.map(({ at }) => at))
    .sort((a, b) => a - b);

async function says(id: string | undefined, status: string, attempt = 1): Promise<void> {
  const device = await connect(platform, id ?? '');
  const last = { campaign: 'spring', attempt, status, why: '' };
  const v = { version: '2.1.0', campaign: '', attempt: 0, last, ask: false };
  const message = JSON.stringify({ n: n++, e: 1, t: 0, v });
  await device.publish(topicOf(id ?? '', 'ota-status'), message, 1);
  await device.end();
}

describe('the bound on failures', () => {
  // Of twenty, 10 % are two: one below, at, and one above.
  it.each([
    [1, 'running'],
    [2, 'running'],
    [3, 'halted'],
  ])('%i of twenty at 10 %% leave it %s', async (failures, state) => {
    await begin({ waves: ALL, success: 800_000, errors: 100_000 });
    for (const id of order.slice(0, failures)) await says(id, 'failed');
    expect(seen()).toMatchObject({ state, devices: { failed: failures } });
    expect(seen().gates).toHaveLength(state === 'halted' ? 1 : 0);
  });

  it('holds for a wave of which enough have it already', async () => {
    await begin({ waves: HALVES, success: 500_000, errors: 100_000 });
    for (const id of order.slice(0, 5)) await says(id, 'confirmed');
    await says(order[5], 'failed');
    expect(seen()).toMatchObject({ state: 'running', wave: 1 });
    await says(order[6], 'rolled-back');
    expect(seen()).toMatchObject({
      state: 'halted',
      gates: [
        { wave: 0, passed: 1, confirmed: 5, failed: 0 },
        { wave: 0, passed: 0, confirmed: 5, failed: 2 },
      ],
    });
  });

  it('counts a device once it is not tried again', async () => {
    await begin({ waves: ALL, success: 800_000, errors: 0, tries: 2 });
    await says(order[0], 'failed', 1);
    expect(seen().state).toBe('running');
    await says(order[0], 'failed', 2);
    expect(seen().state).toBe('halted');
  });
});

it('offers at its rate, whatever the kills', async () => {
  await begin({ waves: ALL, rate: 7 });
  for (let kills = 0; kills < 5; kills++) {
    await clock.pass(10_000);
    platform.kill();
    await start();
  }
  await clock.pass(130_000);
  const times = offeredAt();
  expect(times).toHaveLength(20);
  for (const from of times) {
    const inMinute = times.filter((at) => at >= from && at < from + 60_000);
    expect(inMinute.length).toBeLessThanOrEqual(7);
  }
});

it('offers in its window alone, on the clock of its operator', async () => {
  const window = { from: 502_000, to: 505_000 };
  await begin({ waves: ALL, rate: 60, now: 500_000, window, withinMs: 1500, success: 1_000_000 });
  await clock.pass(1999);
  expect(offeredAt()).toEqual([]);
  expect(seen().state).toBe('running');
  await clock.pass(1000);
  expect(offeredAt()).toEqual([2000]);
  await clock.pass(300);
  expect(seen().state).toBe('running');
  await clock.pass(400);
  // Its time counts from where the window opened.
  expect(seen().state).toBe('halted');
});

it('makes no offer any more when its window has closed', async () => {
  await begin({ waves: ALL, rate: 60, now: 0, window: { from: 0, to: 3000 } });
  await clock.pass(60_000);
  expect(offeredAt()).toEqual([0, 1000, 2000]);
});

it('rests in a pause, and goes on where it was', async () => {
  await begin({ waves: HALVES, success: 500_000, withinMs: 8000, timeoutMs: 6000, rate: 120 });
  await clock.pass(2100);
  expect(told('pause')).toMatchObject({ status: 200, body: { at: 2100 } });
  expect(told('pause')).toMatchObject({ status: 200, body: { at: 2100 } });
  const offered = offeredAt();
  for (const { device } of rows().filter((row) => row.offered.length > 0)) {
    if (device !== order[0]) await says(device, 'confirmed');
  }
  await clock.pass(20_000);
  // What is under way goes on: it is known of all five that were offered it how they ended.
  expect(seen()).toMatchObject({ state: 'running', wave: 0, gates: [], devices: { offered: 0 } });
  expect(offeredAt()).toEqual(offered);
  platform.kill();
  await start();
  await clock.pass(1000);
  expect(offeredAt()).toEqual(offered);
  told('resume');
  await clock.pass(3000);
  expect(offeredAt().length).toBeGreaterThan(offered.length);
  expect(offeredAt()[offered.length]).toBe(23_100);
  expect(seen().moves).toEqual([
    { move: 'pause', at: 2100 },
    { move: 'resume', at: 23_100 },
  ]);
});

it('is called off for all who wait, and each of them ends once', async () => {
  await begin({ waves: HALVES, success: 500_000, rate: 60, tries: 2, timeoutMs: 9000 });
  await clock.pass(2500);
  await says(order[0], 'failed');
  expect(told('abort')).toMatchObject({ status: 200, body: { state: 'aborted', at: 2500 } });
  expect(told('abort')).toMatchObject({ status: 200, body: { at: 2500 } });
  platform.kill();
  await start();
  const before = offeredAt();
  await clock.pass(60_000);
  expect(offeredAt()).toEqual(before);
  const aborted = rows().flatMap(({ device, offered, settled }) =>
    settled
      .filter(({ status }) => status === 'aborted')
      .map(({ attempt }) => [device, attempt, offered.length] as const),
  );
  for (const [, attempt, offered] of aborted) expect(attempt).toBe(offered + 1);
  const { devices } = seen();
  expect(new Set(aborted.map(([device]) => device)).size).toBe(aborted.length);
  expect(devices.aborted).toBe(aborted.length);
  expect(devices.queued).toBe(0);
  expect(Object.values(devices).reduce((sum, count) => sum + count, 0)).toBe(20);
});

it.each<[string, object, number]>([
  ['errors of 101 %', { errors: 1_010_000 }, 400],
  ['a rate of none', { rate: 0 }, 400],
  ['a rate that is no number', { rate: 'fast' }, 400],
  ['an empty window', { now: 0, window: { from: 9000, to: 9000 } }, 400],
  ['a window that is over', { now: 9000, window: { from: 1000, to: 2000 } }, 400],
  ['half a window', { window: { from: 1000 } }, 400],
  ['a time that is none', { now: 'noon' }, 400],
])('refuses %s', async (_, wrong, status) => {
  await begin({ waves: ALL });
  const body = { ...CAMPAIGN, ...wrong };
  expect(platform.request('POST', '/ota/autumn', NOTHING, body).status).toBe(status);
});

it('refuses moves that make no sense', async () => {
  await begin({ waves: ALL });
  expect(platform.request('POST', '/ota/autumn/pause', NOTHING, {}).status).toBe(404);
  expect([told('leap').status, told('resume').status]).toEqual([404, 409]);
  told('abort');
  expect([told('pause').status, told('resume').status]).toEqual([409, 409]);
  expect(platform.stats().otaRefusals).toBe(5);
});
