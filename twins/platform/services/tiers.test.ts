/** What the tiers service takes and refuses, and what is told of readings that it has moved. */
import { expect, test } from 'vitest';
import { hashBytes } from '#kernel';
import type { Platform } from '../platform.ts';
import { connect, envelope, startTwin, temporaryFolder, topicOf } from '../testing/twin.ts';

const FRIDGE = 'fridges/north-1/17';
const NOTHING = new URLSearchParams();
const TIERS = {
  ...{ of: 'fridges', keepMs: 5000, latenessMs: 60_000, withinMs: 400, now: 0 },
  steps: [{ everyMs: 2000, keepMs: 60_000 }, { everyMs: 6000 }],
};

/** Due timers fire when the time is moved. */
function handClock() {
  let now = 0;
  let due: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    after: (ms: number, action: () => void) => {
      const one = { at: now + ms, action };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      while (now < end) {
        now = Math.min(end, now + 50);
        const ready = due.filter(({ at }) => at <= now);
        due = due.filter(({ at }) => at > now);
        for (const { action } of ready) action();
        await new Promise(setImmediate);
      }
    },
  };
}

const get = <T>(platform: Platform, path: string, query = ''): T =>
  platform.request('GET', path, new URLSearchParams(query)).body as T;

const rawOf = (platform: Platform) =>
  get<{ rows: { n: number }[] }>(platform, '/telemetry', 'moved=0').rows.map(({ n }) => n);

async function says(platform: Platform, ...numbers: number[]): Promise<void> {
  const fridge = await connect(platform, FRIDGE);
  for (const n of numbers) await fridge.publish(topicOf(FRIDGE, 'telemetry'), envelope(n), 1);
  await fridge.end();
}

interface Listed {
  device: string;
  tiers: string;
  counted: number[][];
  late: number[][];
  moved: number[][];
  windows: { step: number; start: number; count: number; signals: Record<string, object> }[];
}

const told = (platform: Platform): Listed | undefined =>
  get<{ tiers: Listed[] }>(platform, '/tiers').tiers.find(({ device }) => device === FRIDGE);

test('what is moved is in its windows, is told by its hash, and is not kept again', async () => {
  const folder = temporaryFolder();
  const clock = handClock();
  let platform = await startTwin(folder.file('store.db'), { clock });
  // What was there before is taken up.
  await says(platform, 0);
  expect(platform.request('POST', '/tiers/t', NOTHING, TIERS).status).toBe(200);
  await says(platform, 1, 2);
  await clock.pass(4500);
  expect(rawOf(platform)).toEqual([0, 1, 2]);
  await clock.pass(2000);
  expect(rawOf(platform)).toEqual([2]);
  platform.kill();
  platform = await startTwin(folder.file('store.db'), { clock });
  await says(platform, 1);
  expect(rawOf(platform)).toEqual([2]);
  expect(told(platform)).toMatchObject({
    ...{ tiers: 't', counted: [[0, 2]], late: [], moved: [[0, 1]] },
    windows: [
      { step: 0, start: 0, count: 2, signals: { temperature: { count: 2, sum: 8.5 } } },
      { step: 0, start: 2000, count: 1 },
      { step: 1, start: 0, count: 3, signals: { temperature: { min: 4.25, first: [0, 0, 4.25] } } },
    ],
  });
  const first = get<{ rows: object[]; next: string }>(platform, '/telemetry');
  expect([first.rows, first.next]).toMatchObject([[{ n: 2 }], 'moved.0.']);
  const behind = get<{ rows: object[]; next: null }>(
    platform,
    '/telemetry',
    `cursor=${first.next}`,
  );
  const row = (n: number) => ({
    ...{ device: FRIDGE, stream: 'telemetry', n, moved: true },
    hash: hashBytes(Buffer.from(envelope(n))),
  });
  expect(behind).toMatchObject({ rows: [row(0), row(1)], next: null });
  // In the end the narrow windows go, and the wide one stays.
  await clock.pass(64_000);
  expect(told(platform)?.windows).toMatchObject([{ step: 1, start: 0, count: 3 }]);
  await platform.close();
  folder.remove();
});

test('what comes too late is in no window, and stays as it came', async () => {
  const folder = temporaryFolder();
  const clock = handClock();
  const platform = await startTwin(folder.file('store.db'), { clock });
  // The devices are a minute ahead of this clock.
  const late = { ...TIERS, latenessMs: 1000, now: 60_000 };
  platform.request('POST', '/tiers/t', NOTHING, late);
  await says(platform, 58, 60, 58);
  expect(told(platform)).toMatchObject({ counted: [[60, 60]], late: [[58, 58]] });
  expect(platform.stats()).toMatchObject({ tiersCounted: 1, tiersLate: 1 });
  await clock.pass(20_000);
  expect(rawOf(platform)).toEqual([58]);
  await platform.close();
  folder.remove();
});

test('one that comes when others behind it are gone goes as well, also after a kill', async () => {
  const folder = temporaryFolder();
  const clock = handClock();
  let platform = await startTwin(folder.file('store.db'), { clock });
  platform.request('POST', '/tiers/t', NOTHING, { ...TIERS, latenessMs: 12_000 });
  await says(platform, 0, 3);
  await clock.pass(9000);
  expect(rawOf(platform)).toEqual([]);
  await says(platform, 2);
  // What is taken from now on is known to the store alone.
  platform.kill();
  platform = await startTwin(folder.file('store.db'), { clock });
  await clock.pass(500);
  expect([rawOf(platform), told(platform)?.moved]).toEqual([
    [],
    [
      [0, 0],
      [2, 3],
    ],
  ]);
  // And in the same life, beside one that stays since it came too late.
  await clock.pass(4000);
  await says(platform, 1, 4);
  await clock.pass(500);
  expect([rawOf(platform), told(platform)]).toMatchObject([[1], { late: [[1, 1]] }]);
  expect(told(platform)?.moved).toEqual([
    [0, 0],
    [2, 4],
  ]);
  await platform.close();
  folder.remove();
});

test('refuses what cannot be, and what is there already', async () => {
  const folder = temporaryFolder();
  const platform = await startTwin(folder.file('store.db'), { clock: handClock() });
  const ask = (name: string, more: object) =>
    platform.request('POST', `/tiers/${name}`, NOTHING, { ...TIERS, ...more });
  const [narrow, wide] = TIERS.steps;
  for (const wrong of [
    { keepMs: 'long' },
    { latenessMs: -1 },
    { latenessMs: 60_001 },
    { withinMs: 0 },
    { now: null },
    { of: 7 },
    { steps: [] },
    { steps: [null] },
    { steps: [narrow] },
    { steps: [{ everyMs: 2000 }, wide] },
    { steps: [narrow, { everyMs: 5000 }] },
    { steps: [narrow, { everyMs: 2000 }] },
  ]) {
    expect([wrong, ask('t', wrong).status]).toEqual([wrong, 400]);
  }
  expect(ask('T!', {}).status).toBe(400);
  expect([ask('t', {}).status, ask('t', { now: 9 }).status]).toEqual([200, 200]);
  expect([ask('t', { keepMs: 9 }).status, ask('u', { of: 'fridges/north-1' }).status]).toEqual([
    409, 409,
  ]);
  expect(ask('u', { of: 'pumps' }).status).toBe(200);
  expect(get(platform, '/tiers/u')).toMatchObject({ prefix: 'pumps' });
  expect(platform.request('GET', '/tiers/w', NOTHING).status).toBe(404);
  expect(platform.request('GET', '/telemetry', new URLSearchParams('cursor=moved.7.')).status).toBe(
    400,
  );
  await platform.close();
  folder.remove();
});
