/** What a platform under pressure takes, passes over and says of it, as its devices meet it. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Platform } from '../platform.ts';
import { connectRaw } from '../testing/raw.ts';
import {
  connect,
  deviceAccount,
  envelope,
  type Folder,
  otherAccount,
  startTwin,
  temporaryFolder,
  topicOf,
  until,
} from '../testing/twin.ts';

const NOTHING = new URLSearchParams();
const ID = 'fridges/north-1/0';
const LIMITS = {
  ...{ capacity: 1000, queue: 10, sheds: ['telemetry'], policy: 'refuse', keepOneOf: 4 },
  ...{ limitedAt: 0.5, normalAt: 0.2, holdMs: 50, readOnlyAfterMs: 10_000 },
};

let folder: Folder;
let platform: Platform;
const start = async (): Promise<void> => {
  const accounts = [deviceAccount(ID), otherAccount('observer', 'observer')];
  platform = await startTwin(folder.file('store.db'), { accounts });
};
beforeEach(async () => {
  folder = temporaryFolder();
  await start();
});
afterEach(async () => {
  await platform.close();
  folder.remove();
});

const page = <T>(path: string, key: string): T[] => {
  const { body } = platform.request('GET', `/${path}`, NOTHING);
  return (body as Record<string, T[]>)[key] ?? [];
};
const limit = (over: object = {}) =>
  platform.request('POST', '/pressure/limits', NOTHING, { ...LIMITS, ...over });
const modes = (): string[] =>
  page<{ mode: string }>('pressure/modes', 'modes').map(({ mode }) => mode);
const sorted = (rows: { n: number }[]): number[] => rows.map(({ n }) => n).sort((a, b) => a - b);
const listed = (): number[] =>
  sorted(page<{ sheds: { n: number }[] }>('pressure', 'pressure').flatMap(({ sheds }) => sheds));
const stored = (): number[] => sorted(page<{ n: number }>('telemetry', 'rows'));

it('tells its modes and depths page by page, each once', async () => {
  limit();
  platform.suffer('slow', { commitMs: 200 });
  const fridge = await connect(platform, ID);
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => fridge.publish(topicOf(ID, 'telemetry'), envelope(n), 1)),
  );
  platform.suffer('slow', {});
  await until(() => modes().length >= 3);
  for (const [path, key] of [
    ['pressure/modes', 'modes'],
    ['pressure/depths', 'depths'],
  ] as const) {
    const all: unknown[] = [];
    for (let cursor: string | null = '0'; cursor !== null; ) {
      const asked = new URLSearchParams({ limit: '1', cursor });
      const { body } = platform.request('GET', `/${path}`, asked);
      const { [key]: rows, next } = body as Record<string, unknown[]> & { next: string | null };
      expect(rows?.length ?? 0).toBeLessThanOrEqual(1);
      all.push(...(rows ?? []));
      cursor = next;
    }
    expect(all.length).toBeGreaterThanOrEqual(3);
    expect(all).toEqual(page(path, key));
  }
});

it('takes limits once, the same again, and no others', () => {
  expect(platform.request('GET', '/pressure/now', NOTHING).body).toMatchObject({ mode: 'off' });
  expect(limit()).toMatchObject({ status: 200, body: { mode: 'normal' } });
  expect(limit().status).toBe(200);
  expect(limit({ queue: 11 }).status).toBe(409);
  expect(limit({ queue: 0 }).status).toBe(400);
  expect(modes()).toEqual(['normal']);
});

it('keeps or lists each that it acknowledges, and forgets none of it', async () => {
  limit();
  platform.suffer('slow', { commitMs: 300 });
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/3/#', 1);
  const fridge = await connect(platform, ID);
  const sent = Array.from({ length: 40 }, (_, n) =>
    fridge.publish(topicOf(ID, 'telemetry'), envelope(n), 1),
  );
  const answers = [0, 1].map((n) => fridge.publish(topicOf(ID, 'answer'), envelope(n), 1));
  await Promise.all([...sent, ...answers]);
  const kept = page<{ n: number; stream: string }>('telemetry', 'rows');
  const passed = listed();
  const readings = kept.filter(({ stream }) => stream === 'telemetry').map(({ n }) => n);
  expect(passed.length).toBeGreaterThan(0);
  expect([...readings, ...passed].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 40 }, (_, n) => n),
  );
  expect(kept.filter(({ stream }) => stream === 'answer')).toHaveLength(2);
  await until(() => observer.received.length === kept.length);
  platform.suffer('slow', {});
  await until(() => modes().length === 3);
  expect(modes()).toEqual(['normal', 'limited', 'normal']);
  const counts = page<{ stream: string; shed: number }>('pressure/counts', 'counts');
  expect(counts.find(({ stream }) => stream === 'telemetry')?.shed).toBe(passed.length);
  await Promise.all([observer.end(), fridge.end()]);
  platform.kill();
  await start();
  expect(listed()).toEqual(passed);
  expect(modes()).toEqual(['normal', 'limited', 'normal', 'normal']);
});

it('acknowledges and changes nothing while its disk is full, and answers', async () => {
  limit({ readOnlyAfterMs: 100 });
  const fridge = await connect(platform, ID);
  platform.suffer('full', { full: true });
  let acked = 0;
  const count = (): void => void acked++;
  const sent = [0, 1, 2].map((n) =>
    fridge.publish(topicOf(ID, 'telemetry'), envelope(n), 1).then(count),
  );
  const now = (): unknown => platform.request('GET', '/pressure/now', NOTHING).body;
  await until(() => (now() as { mode: string }).mode === 'read-only');
  expect([acked, limit().status]).toEqual([0, 503]);
  const late = fridge.publish(topicOf(ID, 'telemetry'), envelope(3), 1).then(count);
  platform.suffer('full', {});
  await Promise.all([...sent, late]);
  expect(stored()).toEqual([0, 1, 2]);
  expect(listed()).toEqual([3]);
  await fridge.end();
});

it('lets nobody new in while it cannot ask who that is', async () => {
  const fridge = await connect(platform, ID);
  expect(platform.suffer('auth', { shut: true })).toBe(true);
  await expect(connect(platform, 'observer')).rejects.toThrow(/unavailable/i);
  await fridge.publish(topicOf(ID, 'telemetry'), envelope(0), 1);
  platform.suffer('auth', {});
  await (await connect(platform, 'observer')).end();
  for (const strange of [{ still: true }, { commitMs: -1 }, { shut: 'yes' }]) {
    expect(platform.suffer('x', strange)).toBe(false);
  }
  await fridge.end();
});

it('throws out who says more than a pushed configuration allows', async () => {
  platform.suffer('config', { payloadBytes: 16 });
  const fridge = await connect(platform, ID);
  fridge.publish(topicOf(ID, 'telemetry'), envelope(0), 1).catch(() => {});
  await until(() => fridge.isClosed());
  platform.suffer('config', {});
  const again = await connect(platform, ID);
  await again.publish(topicOf(ID, 'telemetry'), envelope(1), 1);
  expect(stored()).toEqual([1]);
  await again.end();
});

it('takes what is said twice at QoS 2 once, also where it ends before the second', async () => {
  limit({ capacity: 5 });
  const observer = await connect(platform, 'observer');
  await observer.subscribe('tw/r1/3/#', 2);
  const fridge = await connectRaw(platform, ID, true);
  const message = {
    ...{ cmd: 'publish' as const, topic: topicOf(ID, 'telemetry'), payload: envelope(0) },
    ...{ qos: 2 as const, messageId: 7, dup: false, retain: false },
  };
  const first = fridge.ask(message, 'pubrec');
  const second = fridge.ask({ ...message, dup: true }, 'pubrec');
  await first;
  await fridge.ask({ cmd: 'pubrel', messageId: 7 }, 'pubcomp');
  await second;
  // What comes behind it is seen behind it.
  await fridge.ask({ ...message, payload: envelope(1), messageId: 8 }, 'pubrec');
  await until(() => observer.received.some(({ text }) => text === envelope(1)));
  expect(observer.received.map(({ text }) => text)).toEqual([envelope(0), envelope(1)]);
  await observer.end();
});

it('has received what waited for its turn when that came, and not when it was sent', async () => {
  limit({ capacity: 20, queue: 1000 });
  const fridge = await connect(platform, ID);
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => fridge.publish(topicOf(ID, 'telemetry'), envelope(n), 1)),
  );
  const asked = new URLSearchParams({ payload: '1' });
  const { body } = platform.request('GET', '/telemetry', asked);
  const { rows } = body as { rows: { n: number; received: number }[] };
  const received = rows.sort((a, b) => a.n - b.n).map((row) => row.received);
  expect(received).toEqual([...received].sort((a, b) => a - b));
  // A quarter of a second's worth may come in at once.
  expect((received.at(-1) ?? 0) - (received[0] ?? 0)).toBeGreaterThan(500);
});
