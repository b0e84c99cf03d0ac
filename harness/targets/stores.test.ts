/**
 * Stores that are not ours, over HTTP: what is asked of them, how their pages become rows, and what
 * is said where they answer otherwise.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load-catalog.ts';
import json from '../dialects/codecs/json.ts';
import thingsboard from '../dialects/thingsboard.ts';
import type { KeptRow } from '../watch/keeper.ts';
import { tryStore, withoutSecret } from './store.ts';
import { storeFamily } from './store-family.ts';
import { storeSecret } from './store-secret.ts';
import { storeTime } from './store-time.ts';

const catalog = await loadCatalog([storeFamily]);
const kinds = [...catalog.of(storeFamily).values()];
const duties = await storeFamily.duties();

let server: Server | null = null;
afterEach(() => server?.close());

type Said = { status?: number; body: unknown };

async function serving(answer: (url: URL, request: IncomingMessage) => Said): Promise<string> {
  const started = createServer((request, response) => {
    const { status = 200, body } = answer(new URL(request.url ?? '', 'http://x'), request);
    response.statusCode = status;
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server = started;
  await new Promise<void>((go) => started.listen(0, '127.0.0.1', go));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

async function rowsOf(
  kind: string,
  params: Record<string, string>,
  secret: string | null = null,
  streams = ['telemetry'],
) {
  const found: KeptRow[] = [];
  const given = { secret, base: '/', run: 'r1', since: '2026-01-01T00:00:00.000Z', streams };
  const store = catalog
    .of(storeFamily)
    .get(kind)
    ?.open({ params, ...given });
  await store?.read({ devices: ['a/1', 'b/2'] }, (rows) => void found.push(...rows));
  return found;
}

for (const kind of kinds) {
  it.each(duties)(`${kind.kind} $says`, async (duty) => {
    expect(await duty.flaws(kind, catalog)).toEqual([]);
  });
}

it('pages through an API, with what opens it', async () => {
  const asked: string[] = [];
  const url = await serving((at, { headers }) => {
    asked.push(`${headers.authorization} ${at.search}`);
    const isFirst = at.searchParams.get('after') === '';
    const items = [{ about: { device: isFirst ? 'a/1' : 'b/2' }, seq: 3, when: 1_767_225_600 }];
    return { body: { data: { items, next: isFirst ? 7 : null } } };
  });
  const rows = await rowsOf(
    'http',
    {
      url: `${url}/rows?run={run}&after={cursor}`,
      ...{ rows: 'data.items', next: 'data.next' },
      ...{ device: 'about.device', n: 'seq', at: 'when' },
    },
    'Bearer abc',
  );
  expect(rows).toEqual([
    { device: 'a/1', n: 3, at: 1_767_225_600 },
    { device: 'b/2', n: 3, at: 1_767_225_600 },
  ]);
  expect(asked).toEqual(['Bearer abc ?run=r1&after=', 'Bearer abc ?run=r1&after=7']);
});

it('asks for each device where the address names one', async () => {
  const url = await serving((at) => ({ body: [{ n: at.pathname.length }] }));
  const rows = await rowsOf('http', { url: `${url}/of/{device}?run={run}`, n: 'n' });
  expect(rows.map(({ device }) => device)).toEqual(['a/1', 'b/2']);
});

it.each<[string, Said, RegExp]>([
  ['an error', { status: 500, body: 'no' }, /status 500: no/],
  ['no JSON', { body: '<html>' }, /is no JSON: <html>/],
  ['no list', { body: { items: 1 } }, /no list at 'data'/],
])('throws at %s', async (_, said, why) => {
  const url = await serving(() => said);
  await expect(rowsOf('http', { url: `${url}/{run}`, rows: 'data', n: 'n' })).rejects.toThrow(why);
});

it('throws where pages go round', async () => {
  const url = await serving(() => ({ body: { rows: [], next: 'x' } }));
  const params = { url: `${url}/{run}?c={cursor}`, rows: 'rows', next: 'next', n: 'n' };
  await expect(rowsOf('http', params)).rejects.toThrow(/the page x is the page after itself/);
});

it('reads the series of an InfluxDB, and its errors', async () => {
  const queries: string[] = [];
  const series = [
    {
      tags: { device: 'a/1' },
      columns: ['time', 'n', 'stream'],
      values: [
        [1_767_225_600_000, 0, 'telemetry'],
        [1_767_225_601_000, 1, 'telemetry'],
      ],
    },
  ];
  const url = await serving((at) => {
    queries.push(String(at.searchParams.get('q')));
    return { body: { results: [at.searchParams.get('db') === 'iot' ? { series } : NOT_FOUND] } };
  });
  const query = `select n, stream from telemetry where run = '{run}' group by device`;
  expect(await rowsOf('influx', { url, db: 'iot', query })).toMatchObject([
    { device: 'a/1', stream: 'telemetry', n: 0, at: 1_767_225_600_000 },
    { device: 'a/1', stream: 'telemetry', n: 1, at: 1_767_225_601_000 },
  ]);
  expect(queries).toEqual([
    "select n, stream from telemetry where run = 'r1' group by device limit 5000 offset 0",
  ]);
  await expect(rowsOf('influx', { url, db: 'none', query })).rejects.toThrow(/not found/);
});
const NOT_FOUND = { error: 'database not found: none' };

it.each([
  ['2026-01-01 00:00:00', 1_767_225_600_000],
  ['2026-01-01T01:00:00.250+01', 1_767_225_600_250],
  ['2026-01-01T00:00:00Z', 1_767_225_600_000],
  [1_767_225_600, 1_767_225_600_000],
  [1_767_225_600_000, 1_767_225_600_000],
  ['1767225600000000', 1_767_225_600_000],
  [new Date(5), 5],
  ['today', null],
  [null, null],
])('reads %s as a time', (written, ms) => {
  expect(storeTime(written)).toBe(ms);
});

it('says no password, however a client says it', () => {
  const secret = 'postgres://me:p%40ss@db/x';
  expect(withoutSecret(`${secret} p%40ss p@ss`, secret)).not.toMatch(/p@ss|p%40ss/);
});

it('a ThingsBoard is asked for the key by which messages name themselves', async () => {
  const asked: string[] = [];
  const url = await serving(({ pathname, searchParams }, { headers }) => {
    asked.push(`${pathname} ${headers['x-authorization']}`);
    if (pathname === '/api/tenant/devices') {
      const isKnown = searchParams.get('deviceName') === 'a/1';
      return isKnown ? { body: { id: { id: 'u-1' } } } : { status: 404, body: {} };
    }
    const from = Number(searchParams.get('startTs'));
    const count = from === 0 ? 1000 : 1;
    const key = String(searchParams.get('keys'));
    const values = Array.from({ length: count }, (_, k) => ({
      ts: from + k,
      value: `${k === 5 ? 'r0' : 'r1'} a/1 telemetry ${from + k} 0 7`,
    }));
    return { body: { [key]: values } };
  });
  const rows = await rowsOf('thingsboard', { url }, 'Bearer x');
  expect(rows).toHaveLength(1000);
  expect(rows.at(-1)).toEqual({ device: 'a/1', stream: 'telemetry', n: '1000' });
  expect(asked).toEqual([
    '/api/tenant/devices Bearer x',
    '/api/plugins/telemetry/DEVICE/u-1/values/timeseries Bearer x',
    '/api/plugins/telemetry/DEVICE/u-1/values/timeseries Bearer x',
    '/api/tenant/devices Bearer x',
  ]);
});

it('two streams of one moment are two values of a ThingsBoard, one of each key', async () => {
  const dialect = thingsboard.bind({ run: 'r1', topic: null, payload: null, codec: json });
  const series = new Map<string, Map<number, unknown>>();
  for (const stream of ['telemetry', 'alert']) {
    const { payload } = dialect.encode({
      ...{ device: 'a/1', lane: 0, stream, n: 4, epoch: 0, intended: 8000, qos: 1, retain: false },
      values: { level: 3 },
    });
    const { ts, values } = JSON.parse(Buffer.from(payload).toString());
    for (const [key, value] of Object.entries(values)) {
      series.set(key, (series.get(key) ?? new Map()).set(ts, value));
    }
  }
  const url = await serving(({ pathname, searchParams }) => {
    if (pathname === '/api/tenant/devices') {
      return { body: { id: { id: searchParams.get('deviceName') } } };
    }
    if (!pathname.includes('a%2F1')) return { body: {} };
    const keys = String(searchParams.get('keys')).split(',');
    const asked = keys.flatMap((key) => {
      const values = [...(series.get(key) ?? [])].map(([ts, value]) => ({ ts, value }));
      return values.length === 0 ? [] : [[key, values]];
    });
    return { body: Object.fromEntries(asked) };
  });
  const rows = await rowsOf('thingsboard', { url }, 'Bearer x', ['telemetry', 'alert']);
  expect(rows).toEqual([
    { device: 'a/1', stream: 'telemetry', n: '4' },
    { device: 'a/1', stream: 'alert', n: '4' },
  ]);
});

it('says no last word of what goes as Authorization, without its first', () => {
  expect(withoutSecret('who is abc-def?', 'Bearer abc-def')).toBe('who is …?');
});

it('says nothing of it that a server echoes, and no beginning of it either', async () => {
  const secret = `Bearer ${'key-'.repeat(100)}`;
  const url = await serving((_, { headers }) => ({ status: 401, body: headers.authorization }));
  const error = await rowsOf('http', { url: `${url}/{run}`, n: 'n' }, secret).catch(String);
  expect(error).toMatch(/status 401: …/);
  expect(error).not.toMatch(/key-/);
});

it('takes no secret of two lines, and does not say it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'twinstorm-secret-'));
  try {
    writeFileSync(join(folder, 'auth'), '\nBearer abc\nBearer def\n');
    writeFileSync(join(folder, 'one'), '\nBearer abc\r\n');
    const thrown = (params: Record<string, string>): string => {
      try {
        return storeSecret(params, folder) ?? '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(thrown({ 'auth-file': 'one' })).toBe('Bearer abc');
    expect(thrown({ 'auth-file': 'auth' })).toMatch(
      /auth-file of .* names, has more than one line$/,
    );
    process.env.TWINSTORM_TEST_AUTH = 'Bearer abc\nBearer def';
    const said = thrown({ 'auth-env': 'TWINSTORM_TEST_AUTH' });
    expect(said).toMatch(/^TWINSTORM_TEST_AUTH, .* has more than one line$/);
    expect(said).not.toMatch(/abc|def/);
  } finally {
    delete process.env.TWINSTORM_TEST_AUTH;
    rmSync(folder, { recursive: true });
  }
});

it('is tried on a device where its address names one', async () => {
  const asked: string[] = [];
  const url = await serving((at, { headers }) => {
    asked.push(at.pathname);
    return headers.authorization === 'Bearer good' ? { body: [] } : { status: 401, body: 'no' };
  });
  const kind = catalog.of(storeFamily).get('http');
  if (kind === undefined) throw new Error('there is no http');
  const tried = (secret: string): Promise<void> =>
    tryStore(
      {
        ...{ kind, run: 'r1', now: () => 0 },
        store: { params: { url: `${url}/of/{device}?run={run}`, n: 'n' } } as never,
        access: { secret, base: '/', since: '' },
      },
      ['a/1'],
    );
  await tried('Bearer good');
  expect(asked).toEqual(['/of/a%2F1']);
  await expect(tried('Bearer old')).rejects.toThrow(/cannot be read: status 401: no/);
});
