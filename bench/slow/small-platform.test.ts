/**
 * A platform that is not ours, on PostgreSQL: Mosquitto, a consumer that shares no code with us,
 * and a table. It is judged by what is in the table, and its consumer is killed for ten seconds:
 * what a kept session brings late is late, and what a careless one loses is lost unless that was
 * declared.
 */
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { freePort } from '../../harness/targets/tcp-ports.ts';
import { MOSQUITTO, type MortalBroker } from '../../harness/testing/brokers.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import type { Scene } from '../../tests/scenes.ts';
import { platformScene, QUERY, type SmallPlatform } from '../../tests/small-platform/platform.ts';
import { type Postgres, startPostgres } from '../../tests/small-platform/postgres.ts';
import { spoiltBy } from '../../tests/spoilt.ts';
import { real } from '../../tools/real.ts';

/** Each may be tried three times. */
vi.setConfig({ testTimeout: 300_000 });

const binary = real('postgres');
const mosquitto = MOSQUITTO.look();
let database: Postgres | null = null;
let broker: MortalBroker;
let box: Sandbox;

beforeAll(async () => {
  if (binary.path !== null) database = await startPostgres(binary.path);
});
afterAll(() => database?.close());
beforeEach(async (context) => {
  box = new Sandbox();
  context.skip(binary.skip, binary.reason);
  context.skip(mosquitto.skip, mosquitto.reason);
  broker = await MOSQUITTO.start();
});
afterEach(async () => {
  await broker?.close();
  box.close();
});

const TIME = '{ warmup: 2s, steady: 3s, chaos: 14s, settle: 6s, drain: 2s }';
const KILLED = '{ at: chaos+1s, for: 10s, fault: consumer }';
const within = (max: string): string => `{ stored-in-time: { max: ${max}, during: all } }`;

function write(over: Partial<SmallPlatform>, scenery: Scene): void {
  const url = database?.url ?? '';
  box.write('secret.txt', `${url}\n`);
  const platform: SmallPlatform = {
    table: `--postgres "${url}"`,
    store: `{ sql: { url-file: secret.txt, query: '${QUERY}', within: 3s } }`,
    session: 'kept',
    isDurable: true,
    ...over,
  };
  box.write('mine.yaml', platformScene(box, broker, platform, scenery));
}

const RUN = ['run', 'mine.yaml', '--gear', 'real'] as const;
const checker = (out: string, id: string) =>
  box.result(out).checkers.find((one) => one.id === id || one.id.startsWith(`${id}(`));

/** Who fails although a machine held us up fails all the same; an invalid run is retried. */
async function judged(): Promise<{ code: number | null; out: string; said: string }> {
  for (let turn = 1; ; turn++) {
    const out = `run-${turn}`;
    const { code, stdout, stderr } = await box.run(...RUN, '--out', out, '--quiet');
    const isSpoilt = code === 4 && turn < 3 && spoiltBy(box.result(out)) !== null;
    if (!isSpoilt) return { code, out, said: stderr + stdout };
  }
}

it('passes on a healthy one', async () => {
  write({}, { expect: [within('5s')] });
  const { code, out, said } = await judged();
  expect(code, said).toBe(0);
  const { messages } = box.result(out);
  expect(messages.delivered).toBe(messages.intended);
  expect((await box.ledger(out, '--op', 'stored')).length).toBe(messages.intended);
  // What opens the database is nowhere in the run.
  expect(JSON.stringify([box.plan(out), box.result(out)])).not.toContain('kept-to-itself');
});

it('finds a row that was deleted behind our back', async () => {
  write({}, {});
  const running = box.start([...RUN, '--out', 'run', '--quiet']);
  const client = new pg.Client({ connectionString: database?.url });
  await client.connect();
  const row = "n = 9 and device = 'rooms/default-1/3'";
  try {
    // Rows of the test before stay where they are.
    const old = await client.query('select distinct run from rows').catch(() => ({ rows: [] }));
    const known = old.rows.map(({ run }) => String(run));
    for (let turn = 0, gone = 0; gone === 0 && turn < 600; turn++) {
      await new Promise((go) => setTimeout(go, 100));
      const sql = `delete from rows where ${row} and not run = any($1)`;
      const deleted = await client.query(sql, [known]).catch(() => null);
      gone = deleted?.rowCount ?? 0;
    }
  } finally {
    await client.end();
  }
  const { code, stderr, stdout } = await running.ended;
  expect(code, stderr + stdout).toBe(1);
  expect(checker('run', 'no-acked-loss')).toMatchObject({ verdict: 'fail', findingCount: 1 });
});

it('tells a consumer that is killed for ten seconds by how late its rows are', async () => {
  write({}, { time: TIME, chaos: [KILLED], expect: [within('4s')] });
  const { code, out, said } = await judged();
  // A machine that held us up in this window leaves it open, and says how late they were.
  expect([1, 2], said).toContain(code);
  expect(checker(out, 'no-acked-loss')?.verdict, said).toBe('pass');
  const late = checker(out, 'stored-in-time');
  expect(late?.verdict).toBe(code === 1 ? 'fail' : 'unknown');
  expect(late?.findings[0]?.message).toMatch(
    /^max during all was (?:9|1\d)(?:\.\d+)? s, allowed are 4 s/,
  );
  expect(box.result(out).faults).toMatchObject([{ fault: 'hand', effective: true }]);
});

it('is read over HTTP page by page as well, by its topics and payloads', async () => {
  const port = await freePort();
  const places = 'rows: data.items, next: data.next, topic: topic, payload: body, at: at';
  const url = `http://127.0.0.1:${port}/rows?run={run}&after={cursor}`;
  const table = `--sqlite platform.sqlite --api ${port}`;
  write({ table, store: `{ http: { url: '${url}', ${places}, within: 2s } }` }, {});
  const { code, out, said } = await judged();
  expect(code, said).toBe(0);
  const stored = await box.ledger(out, '--op', 'stored');
  expect(stored.length).toBe(box.result(out).messages.intended);
  expect(stored.every(({ hash }) => hash !== '00000000')).toBe(true);
});

/** Twelve devices, two messages a second, ten seconds. */
const MISSED = 150;

it('tells a careless one by its losses', async () => {
  write({ session: 'clean' }, { time: TIME, chaos: [KILLED] });
  const { code, out, said } = await judged();
  expect(code, said).toBe(1);
  expect(checker(out, 'no-acked-loss')?.findingCount).toBeGreaterThan(MISSED);
});

it('and holds none of them against one that is declared to lose', async () => {
  write({ session: 'clean', isDurable: false }, { time: TIME, chaos: [KILLED] });
  const { code, out, said } = await judged();
  expect(code, said).toBe(0);
  expect(box.result(out).messages.lost).toBe(0);
  expect(box.result(out).messages.info).toBeGreaterThan(MISSED);
});
