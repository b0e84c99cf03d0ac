/**
 * What every service owes, asked of each: the product's own, found in this folder, and one that
 * comes from outside.
 */
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Platform } from '../platform.ts';
import type { ServiceKind } from '../service.ts';
import echo from '../testing/echo.ts';
import { postAsks } from '../testing/post-asks.ts';
import {
  connect,
  envelope,
  type Folder,
  startTwin,
  temporaryFolder,
  topicOf,
  withServices,
} from '../testing/twin.ts';

const IDS = ['fridges/north-1/17', 'fridges/north-1/18'];
const services = await withServices([echo]);

let folder: Folder;
let platform: Platform;
/** What each service says of the world, by its truth, before a kill and after it. */
let before: Map<string, unknown[]>;
let after: Map<string, unknown[]>;

beforeAll(async () => {
  folder = temporaryFolder();
  platform = await startTwin(folder.file('store.db'), { services });
  for (const id of IDS) {
    const client = await connect(platform, id);
    for (const stream of ['telemetry', 'answer', 'echo']) {
      for (let n = 0; n < 4; n++) await client.publish(topicOf(id, stream), envelope(n), 1);
    }
    await client.end();
    const { post, end } = postAsks(platform, id);
    for (let n = 0; n < 4; n++) await post(n);
    end();
  }
  before = truths();
  platform.kill();
  platform = await startTwin(folder.file('store.db'), { services });
  after = truths();
});

afterAll(async () => {
  await platform.close();
  folder.remove();
});

const get = (path: string, query = '') => {
  const { status, body } = platform.request('GET', `/${path}`, new URLSearchParams(query));
  return { status, body: body as Record<string, unknown> };
};

/** All pages of a list; what a page holds is its one array. */
function pagesOf(path: string, limit: number): unknown[] {
  const found: unknown[] = [];
  let cursor = '';
  for (let pages = 0; pages < 100; pages++) {
    const { status, body } = get(path, `limit=${limit}${cursor}`);
    expect(status).toBe(200);
    const lists = Object.values(body).filter((value) => Array.isArray(value));
    expect(lists).toHaveLength(1);
    const items = lists[0] ?? [];
    expect(items.length).toBeLessThanOrEqual(limit);
    found.push(...items);
    if (body.next === null) return found;
    cursor = `&cursor=${encodeURIComponent(String(body.next))}`;
  }
  throw new Error('pages without end');
}

const truths = (): Map<string, unknown[]> =>
  new Map(services.map(({ kind, truth }) => [kind, pagesOf(truth, 1000).map(lasting)]));

/** Without what belongs to one life of the platform. */
function lasting(item: unknown): unknown {
  const { receivedAt: _, connects: __, ...rest } = item as Record<string, unknown>;
  return rest;
}

test('the folder holds services', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) =>
    /^[a-z-]+\.ts$/.test(file),
  );
  expect(services.map(({ kind }) => `${kind}.ts`)).toEqual([...files.sort(), 'echo.ts']);
  expect(files.length).toBeGreaterThanOrEqual(3);
});

describe.each(services.map((service) => [service.kind, service] as const))(
  '%s',
  (kind, service) => {
    test('says something of itself', () => {
      expect(service.summary).toMatch(/^[a-z].+[^.]$/);
    });

    test('its truth is not empty, and comes in pages', () => {
      const whole = pagesOf(service.truth, 1000);
      expect(whole.length).toBeGreaterThanOrEqual(IDS.length);
      for (const limit of [1, 2, 3]) expect(pagesOf(service.truth, limit)).toEqual(whole);
    });

    test('refuses what it cannot read', () => {
      for (const query of ['limit=0', 'limit=-1', 'limit=1e9', 'limit=', 'limit=x']) {
        expect([query, get(service.truth, query).status]).toEqual([query, 400]);
      }
      expect(get(`${service.truth}/x/y/z`).status).toBe(404);
      const { status } = platform.request('POST', `/${service.truth}`, new URLSearchParams());
      expect(status).toBe(405);
    });

    test('what it holds survives a kill', () => {
      expect(after.get(kind)).toEqual(before.get(kind));
    });

    test('nothing is left of it in a platform without it', async () => {
      // Everybody else needs the registry.
      const others = services.filter((one) => one.kind !== kind);
      const without = startTwin(folder.file(`without-${kind}.db`), { services: others });
      if (kind === 'registry') {
        await expect(without).rejects.toThrow();
        return;
      }
      const twin = await without;
      expect(twin.request('GET', `/${service.truth}`, new URLSearchParams()).status).toBe(404);
      await twin.close();
    });
  },
);

const malformed: readonly (readonly [string, unknown, RegExp])[] = [
  ['nothing', null, /must be an object/],
  ['no kind', { ...echo, kind: '' }, /kind must be/],
  ['no summary', { ...echo, summary: 7 }, /summary must be text/],
  ['no schema', { ...echo, schema: undefined }, /schema is missing/],
  ['a schema that forgets', { ...echo, schema: 'DROP TABLE telemetry' }, /must be CREATE/],
  [
    'a table that fails when it is there',
    { ...echo, schema: 'CREATE TABLE x(y)' },
    /must be CREATE/,
  ],
  ['no truth', { ...echo, truth: undefined }, /truth is missing/],
  ['a truth that no route tells', { ...echo, truth: 'elsewhere' }, /no route 'elsewhere'/],
  ['seams that are no names', { ...echo, seams: 'echo' }, /seams must be a list/],
  ['nothing to start', { ...echo, start: undefined }, /start is missing/],
  ['the name of another', { ...echo, kind: 'telemetry' }, /two services are called 'telemetry'/],
  ["another's table", { ...echo, schema: tableNamed('presence') }, /'presence' belongs to two/],
  ["the broker's table", { ...echo, schema: tableNamed('Wills') }, /'wills' belongs to two/],
  ["another's seam", { ...echo, seams: ['store'] }, /the seam 'store' belongs to two/],
  ["the broker's seam", { ...echo, seams: ['forward'] }, /the seam 'forward' belongs to two/],
  ["another's page", withRoute('presence'), /two services answer presence/],
];

function tableNamed(name: string): string {
  return `CREATE TABLE IF NOT EXISTS ${name}(x)`;
}

function withRoute(pattern: string): ServiceKind {
  return { ...echo, start: () => ({ routes: { echoes: () => ({}), [pattern]: () => ({}) } }) };
}

test.each(malformed)('a service with %s is refused whole', async (_, kind, why) => {
  const all = await withServices([kind as ServiceKind]);
  const file = folder.file('refused.db');
  await expect(startTwin(file, { services: all })).rejects.toThrow(why);
  // And nothing is left open: the same file serves an honest platform.
  await (await startTwin(file)).close();
});

test('every reason is told at once', async () => {
  const all = await withServices([{ kind: 'bare' } as ServiceKind]);
  await expect(startTwin(folder.file('refused.db'), { services: all })).rejects.toThrow(
    /'bare': summary is missing; .*schema is missing; .*truth is missing; .*start is/,
  );
});
