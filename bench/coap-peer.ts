/**
 * Holds our CoAP line against libraries that share nothing with it. aiocoap reads a child of ours
 * and observes its resources, confirmable and not, over the end of the numbers; our gateway's
 * client observes a server of aiocoap. Where coap-client of libcoap is given too, it observes our
 * child as well. Not among the tests, since it needs Python with aiocoap (0.4.17):
 *
 *   python3 -m venv FOLDER && FOLDER/bin/pip install aiocoap==0.4.17
 *   node bench/coap-peer.ts FOLDER/bin/python [coap-client]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Notice } from '#devices';
import { payloadOf } from '../devices/parts/gateway/coap/payload.ts';
import { CoapLine, loadCoap } from '../harness/wire/coap-line.ts';

const PEER = fileURLToPath(new URL('coap/peer.py', import.meta.url));
const [python = 'python3', libcoap] = process.argv.slice(2);
const coap = await loadCoap();

const CHILD = 1;
const COUNT = 5;
const CIRCLE = 2 ** 24;
const RESOURCES = [
  { path: '/climate', confirmable: true, maxAgeS: 7 },
  { path: '/power', confirmable: false, maxAgeS: 30 },
];
/** aiocoap names what is to be acknowledged so, and what is not. */
const TYPES = ['CON', 'NON'];
const JSON_FORMAT = 50;

let wrong = 0;
function say(what: string, is: unknown, due: unknown): void {
  const isRight = JSON.stringify(is) === JSON.stringify(due);
  if (!isRight) wrong++;
  const other = isRight ? '' : `, and should be ${JSON.stringify(due)}`;
  process.stdout.write(`${isRight ? 'ok   ' : 'WRONG'} ${what}: ${JSON.stringify(is)}${other}\n`);
}

const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);
const state = (n: number): Uint8Array => payloadOf(n, { level: n / 8 });
const saidUntil = (n: number): string[] => Array.from({ length: n + 1 }, (_, k) => text(state(k)));

await weAreObserved();
await weObserve();
if (libcoap !== undefined) await weAreObservedBy(libcoap);
process.stdout.write(`${wrong} wrong\n`);
process.exit(wrong === 0 ? 0 : 1);

/** A child of ours whose numbers begin again while it is observed. */
function ourChild(): CoapLine {
  let next = CIRCLE - 4;
  const line = new CoapLine(coap, { resourcesOf: () => RESOURCES, seqOf: () => next++ % CIRCLE });
  line.boot(CHILD);
  RESOURCES.forEach((_, at) => {
    line.put(CHILD, at, state(0));
  });
  return line;
}

async function tellAll(line: CoapLine): Promise<void> {
  for (let n = 1; n <= COUNT; n++) {
    RESOURCES.forEach((_, at) => {
      line.put(CHILD, at, state(n));
      line.notify(CHILD, at, 'arrives');
    });
    await wait(100);
  }
}

interface Said {
  payload: string;
  code: string;
  observe: number;
  maxAge: number;
  format: number;
  type: string;
}

async function weAreObserved(): Promise<void> {
  const line = ourChild();
  const { host, port } = await line.addressOf(CHILD);
  const paths = RESOURCES.map(({ path }) => path);
  const peer = spawn(python, [PEER, 'observe', host, String(port), String(COUNT), ...paths]);
  const lines = linesOf(peer);
  for (const _ of paths) await lines.next();
  await tellAll(line);
  const { value } = await lines.next();
  const { plain, missing, observed } = value as {
    plain: string;
    missing: string;
    observed: Record<string, Said[]>;
  };
  say('aiocoap reads', plain, text(state(0)));
  say('aiocoap finds nothing at', missing, '4.04');
  RESOURCES.forEach(({ path, maxAgeS }, at) => {
    const said = observed[path] ?? [];
    const [, ...news] = said;
    say(
      `aiocoap observes ${path}`,
      said.map(({ payload }) => payload),
      saidUntil(COUNT),
    );
    say('  all are', [...new Set(said.map(({ code }) => code))], ['2.05']);
    say('  of', [...new Set(said.map(({ format }) => format))], [JSON_FORMAT]);
    say('  with', [...new Set(said.map(({ maxAge }) => maxAge))], [maxAgeS]);
    say('  and of type', [...new Set(news.map(({ type }) => type))], [TYPES[at]]);
    const steps = said.slice(1).map(({ observe }, k) => {
      return (observe - (said[k]?.observe ?? 0) + CIRCLE) % CIRCLE;
    });
    say(
      '  each newer than the last',
      steps.every((step) => step > 0 && step < CIRCLE / 2),
      true,
    );
  });
  const numbers = Object.values(observed).flat();
  say(
    'and begin again',
    numbers.some(({ observe }) => observe < 100),
    true,
  );
  // It says no goodbye, and rejects the next that is to be acknowledged.
  await tellAll(line);
  say('aiocoap has left, and is an observer', line.isObserved(CHILD, 0), false);
  await once(peer, 'close');
  line.end();
  await line.closed;
}

async function weObserve(): Promise<void> {
  const port = await freePort();
  const peer = spawn(python, [PEER, 'serve', '127.0.0.1', String(port)]);
  const lines = linesOf(peer);
  await lines.next();
  class Abroad extends CoapLine {
    override async addressOf(): Promise<{ host: string; port: number }> {
      return { host: '127.0.0.1', port };
    }
  }
  const there = [{ path: '/count', confirmable: true, maxAgeS: 60 }];
  const line = new Abroad(coap, { resourcesOf: () => there, seqOf: () => 0 });
  const heard: Notice[] = [];
  line.observe(CHILD, 0, (notice) => heard.push(notice));
  say('aiocoap is observed by', (await lines.next()).value, { observers: 1 });
  while (heard.length <= COUNT) await wait(50);
  const counts = heard.map(({ payload }) => JSON.parse(text(payload)).n as number);
  const from = counts[0] ?? 0;
  say(
    'we observe',
    counts,
    counts.map((_, k) => from + k),
  );
  say(
    '  answered',
    heard.map(({ answers }) => answers),
    heard.map((_, k) => k === 0),
  );
  say('  by', [...new Set(heard.map(({ code }) => code))], [205]);
  const seqs = heard.map(({ seq }) => seq ?? -1);
  say(
    '  each later than the last',
    seqs.every((seq, k) => k === 0 || seq > (seqs[k - 1] ?? 0)),
    true,
  );
  // Whoever knows nothing of it any more rejects what still comes, and is left alone.
  line.forget(CHILD, 0);
  say('aiocoap is left, and observed by', (await lines.next()).value, { observers: 0 });
  peer.kill();
  line.end();
  await line.closed;
}

async function weAreObservedBy(client: string): Promise<void> {
  const line = ourChild();
  const { host, port } = await line.addressOf(CHILD);
  for (const [at, { path }] of RESOURCES.entries()) {
    line.put(CHILD, at, state(0));
    const peer = spawn(client, ['-s', '2', '-m', 'get', `coap://${host}:${port}${path}`]);
    let said = '';
    peer.stdout.on('data', (bytes) => {
      said += String(bytes);
    });
    peer.stderr.pipe(process.stderr);
    while (!line.isObserved(CHILD, at)) await wait(20);
    await tellAll(line);
    await once(peer, 'close');
    const all = said.match(/\{"n":\d+,"v":\{[^}]*\}\}/g);
    say(`libcoap observes ${path}`, all, saidUntil(COUNT));
    say('  and has taken its leave, so that somebody observes', line.isObserved(CHILD, at), false);
  }
  line.end();
  await line.closed;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** What a peer prints, line by line. */
async function* linesOf(peer: ChildProcess): AsyncGenerator<unknown, undefined> {
  peer.stderr?.pipe(process.stderr);
  let rest = '';
  for await (const bytes of peer.stdout ?? []) {
    const lines = (rest + String(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
  return undefined;
}
