/**
 * TEST ONLY. A small platform that is not ours and shares no code with us: it subscribes to a
 * broker, and keeps what it takes in a table of SQLite or PostgreSQL. What is acknowledged to the
 * broker is in the table, unless it is told to be careless.
 *
 *   node consumer.mjs --broker mqtt://127.0.0.1:1883 --sqlite FILE | --postgres URL
 *     [--session kept] [--pid FILE] [--api PORT]
 */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';

const { values: given } = parseArgs({
  options: {
    broker: { type: 'string' },
    sqlite: { type: 'string' },
    postgres: { type: 'string' },
    session: { type: 'string', default: 'clean' },
    pid: { type: 'string' },
    api: { type: 'string' },
  },
});

const table = `create table if not exists rows (
  run text, device text, stream text, n integer, payload text, topic text, at text,
  primary key (run, device, stream, n))`;
const insert = (places) =>
  `insert into rows (run, device, stream, n, payload, topic, at) values (${places}) on conflict do nothing`;

async function openSqlite(file) {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('pragma journal_mode = wal');
  database.exec(table);
  const statement = database.prepare(insert('?, ?, ?, ?, ?, ?, ?'));
  return {
    keep: async (row) => void statement.run(...row),
    page: async (run, after) =>
      database
        .prepare(
          'select rowid as id, * from rows where run = ? and rowid > ? order by rowid limit 50',
        )
        .all(run, after),
  };
}

async function openPostgres(url) {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  await pool.query(table.replace('at text', 'at timestamptz'));
  return {
    keep: async (row) => void (await pool.query(insert('$1, $2, $3, $4, $5, $6, $7'), row)),
    page: async () => [],
  };
}

const store = await (given.sqlite ? openSqlite(given.sqlite) : openPostgres(given.postgres));
const isKept = given.session === 'kept';
const client = mqtt.connect(given.broker, {
  clientId: `small-platform-${isKept ? 'kept' : process.pid}`,
  clean: !isKept,
  reconnectPeriod: 200,
});
client.handleMessage = ({ topic, payload }, done) => {
  const [, run, , ...rest] = topic.split('/');
  const stream = rest.pop();
  let n = null;
  try {
    n = JSON.parse(payload.toString()).n;
  } catch {
    // What it cannot read it does not keep.
  }
  if (!Number.isInteger(n)) return done();
  const row = [run, rest.join('/'), stream, n, payload.toString(), topic, new Date().toISOString()];
  store.keep(row).then(() => done(), done);
};
client.on('error', (error) => process.stderr.write(`${error.message}\n`));
client.on('connect', () => {
  client.subscribe('tw/+/+/#', { qos: 1 }, () => {
    if (given.pid) writeFileSync(given.pid, String(process.pid));
  });
});

/** Its pages: what it keeps, and whom it has heard of. */
if (given.api) {
  createServer(async (request, response) => {
    const { searchParams, pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/health') return response.end(client.connected ? 'up' : 'no broker');
    const after = Number(searchParams.get('after') ?? 0);
    const found = await store.page(searchParams.get('run'), after);
    const items = found.map(({ device, stream, n, payload, topic, at }) => ({
      about: { device, stream },
      seq: n,
      body: payload,
      topic,
      at,
    }));
    const next = found.length === 0 ? null : String(found.at(-1).id);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: { items, next } }));
  }).listen(Number(given.api), '127.0.0.1');
}
