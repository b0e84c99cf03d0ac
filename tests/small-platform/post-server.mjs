/**
 * TEST ONLY. A small platform that is not ours and shares no code with us: it takes messages by POST
 * and keeps them in a table of SQLite. What it answers with 200 is in the table, and a key that it
 * knows is answered and not kept again, unless it is told to lie.
 *
 *   node post-server.mjs --port PORT --sqlite FILE --pid FILE [--lies twice|early] [--tls NAME]
 *
 *   POST /in/RUN/DEVICE/STREAM     one message; Idempotency-Key names it
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    port: { type: 'string' },
    sqlite: { type: 'string' },
    pid: { type: 'string' },
    lies: { type: 'string', default: 'never' },
    tls: { type: 'string' },
  },
});
/** One that answers early keeps what it took so much later. */
const LATE_MS = 2000;
/** Every so many posts it says that it is busy. */
const BUSY_ONE_IN = 25;

const database = new DatabaseSync(given.sqlite, { timeout: 5000 });
database.exec('pragma journal_mode = wal');
database.exec(`
  create table if not exists rows (
    run text, device text, stream text, n integer, payload text, key text, at text);
  create index if not exists keys on rows (key);
`);
const insert = database.prepare(
  'insert into rows (run, device, stream, n, payload, key, at) values (?, ?, ?, ?, ?, ?, ?)',
);
const known = database.prepare('select 1 from rows where key = ?');

function keep(row, key) {
  database.exec('begin immediate');
  if (given.lies === 'twice' || known.get(key) === undefined) insert.run(...row);
  database.exec('commit');
}

let posts = 0;
function take(request, body) {
  const [, place, run, device, stream] = request.url.split('/').map(decodeURIComponent);
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || place !== 'in' || stream === undefined) return 404;
  if (key === undefined) return 400;
  if (++posts % BUSY_ONE_IN === 0) return 503;
  let n = null;
  try {
    n = JSON.parse(body).n;
  } catch {
    return 400;
  }
  const name = `${run}/${key}`;
  const write = () => keep([run, device, stream, n, body, name, new Date().toISOString()], name);
  if (given.lies === 'early') setTimeout(write, LATE_MS);
  else write();
  return 200;
}

const secure = given.tls && {
  cert: readFileSync(`${given.tls}.crt`),
  key: readFileSync(`${given.tls}.key`),
};
const serve = (handle) => (secure ? createTlsServer(secure, handle) : createServer(handle));
const server = serve((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('error', () => {});
  request.on('end', () => {
    const status = take(request, Buffer.concat(chunks).toString());
    response.writeHead(status, status === 503 ? { 'retry-after': '1' } : {});
    response.end(status === 200 ? '{"kept":true}\n' : '');
  });
});
// Sooner than devices speak again: they must open another connection, and lose nothing by it.
server.keepAliveTimeout = 700;
server.listen(Number(given.port), '127.0.0.1', () => {
  writeFileSync(given.pid, String(process.pid));
});
