/**
 * A platform that is not ours and takes messages by POST: a server of Node's own and a table. It is
 * judged by what is in the table, through connections that are reset and a kill of the server. One
 * that keeps its word passes; one that forgets its keys holds messages twice, and one that answers
 * before it has kept a message loses it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freePort } from '../../harness/targets/tcp-ports.ts';
import { MOSQUITTO, type MortalBroker } from '../../harness/testing/brokers.ts';
import { Authority } from '../../harness/testing/many-doors.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';
import { spoiltBy } from '../../tests/spoilt.ts';

/** Each may be tried three times. */
vi.setConfig({ testTimeout: 300_000 });

const SERVER = join(import.meta.dirname, '..', '..', 'tests', 'small-platform', 'post-server.mjs');
const QUERY = 'select device, stream, n, payload, at from rows where run = {run}';
const TIME = '{ warmup: 2s, steady: 3s, chaos: 14s, settle: 6s, drain: 3s }';
const FLEET = [
  '{ id: meters, model: room-thermostat, count: 12, every: 500ms, qos: 2,',
  'protocol: { http: { timeout: 2s } }, backoff: { base: 200ms, cap: 1s } }',
];
const CHAOS = [
  '{ id: torn, at: chaos+500ms, for: 1s, fault: reset }',
  '{ id: slow, at: chaos+2s, for: 7s, fault: latency, with: { delay: 1100ms } }',
  '{ at: chaos+10s, for: 2s, fault: server }',
];

let box: Sandbox;
let broker: MortalBroker;
beforeEach(async (context) => {
  box = new Sandbox();
  const { skip, reason } = MOSQUITTO.look();
  context.skip(skip, reason);
  broker = await MOSQUITTO.start();
});
afterEach(async () => {
  await broker?.close();
  box.close();
});

interface More {
  qos?: 0 | 2;
  post?: string;
  store?: boolean;
  authority?: Authority;
}

async function write(lies: string, more: More = {}): Promise<void> {
  const port = await freePort();
  const { authority } = more;
  const tls = authority === undefined ? '' : ` --tls ${authority.file('server')}`;
  const flags = `--port ${port} --sqlite platform.sqlite --pid pid --lies ${lies}${tls}`;
  const start = [
    `"${process.execPath}" "${SERVER}" ${flags} > server.log 2>&1 &`,
    'for i in $(seq 200); do [ -s pid ] && exit 0; sleep 0.1; done; cat server.log; exit 1',
  ];
  box.write('start.sh', [...start, ''].join('\n'));
  const scheme = authority === undefined ? 'http' : 'https';
  const post = more.post ?? `${scheme}://127.0.0.1:${port}/in/{run}/{device}/{stream}`;
  const ca = authority === undefined ? '' : `, ca: '${authority.ca}'`;
  const store = `  store: { sql: { file: platform.sqlite, query: '${QUERY}', within: 1s } }`;
  const hand = [
    "do: 'kill -9 $(cat pid) && rm pid'",
    "undo: 'sh start.sh'",
    "proof: 'test -s pid && kill -0 $(cat pid)'",
  ];
  const target = [
    'target:',
    `  url: 'mqtt://127.0.0.1:${broker.port}'`,
    '  guarantees: { durable-telemetry: true }',
    ...(more.store === false ? [] : [store]),
    `  intake: { http: { post: '${post}'${ca} } }`,
    `  hands: { server: { ${hand.join(', ')} } }`,
    "before: 'sh start.sh'",
    "after: 'kill $(cat pid)'",
  ];
  const expected = [
    'no-acked-loss',
    'exactly-once',
    '{ stored-in-time: { max: 20s, during: all } }',
  ];
  const fleet = FLEET.join(' ').replace('qos: 2', `qos: ${more.qos ?? 2}`);
  box.write(
    'mine.yaml',
    scene({ time: TIME, fleet, chaos: CHAOS, expect: expected, more: target }),
  );
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
    if (!isSpoilt) return { code, out, said: stderr + stdout + log() };
  }
}

const log = (): string =>
  existsSync(box.path('server.log')) ? readFileSync(box.path('server.log'), 'utf8') : '';

it('passes one that keeps its word', async () => {
  await write('never');
  const { code, out, said } = await judged();
  expect(code, said).toBe(0);
  const { messages } = box.result(out);
  expect(messages.delivered, said).toBe(messages.intended);
  // It was in doubt now and then, and posted again under the same key.
  const sent = await box.ledger(out, '--op', 'sent');
  expect(sent.length).toBeGreaterThan(messages.intended);
});

it('opens its gate for a fleet that posts at QoS 0', async () => {
  await write('never', { qos: 0 });
  const { out, said } = await judged();
  const gate = await box.ledger(out, '--op', 'gate');
  expect(gate, said).toMatchObject([{ open: true }]);
  expect(box.result(out).messages.delivered, said).toBeGreaterThan(0);
});

it('passes it through TLS as well', async () => {
  const authority = new Authority();
  try {
    authority.sign('server', 'server', { alt: 'IP:127.0.0.1' });
    await write('never', { authority });
    const { code, out, said } = await judged();
    expect(code, said).toBe(0);
    const { messages } = box.result(out);
    expect(messages.delivered, said).toBe(messages.intended);
  } finally {
    authority.close();
  }
});

it('fails one that forgets its keys: what was posted again is there twice', async () => {
  await write('twice');
  const { code, out, said } = await judged();
  expect(code, said).toBe(1);
  expect(checker(out, 'exactly-once')?.verdict, said).toBe('fail');
  expect(checker(out, 'exactly-once')?.findings[0]?.message).toMatch(/is in the store 2 times/);
  expect(checker(out, 'no-acked-loss')?.verdict).toBe('pass');
});

it('fails one that answers before it has kept a message', async () => {
  await write('early');
  const { code, out, said } = await judged();
  expect(code, said).toBe(1);
  expect(checker(out, 'no-acked-loss')?.verdict, said).toBe('fail');
});

it('says what is missing before anything starts', async () => {
  await write('never', { store: false });
  const blind = await box.run(...RUN, '--out', 'blind');
  expect(blind.code).toBe(3);
  expect(blind.stderr).toMatch(/fleet\[0\].protocol|nobody sees what the devices of meters send/);
  await write('never', { post: `http://127.0.0.1:${await freePort()}/{device}` });
  const nowhere = await box.run(...RUN, '--out', 'nowhere');
  expect(nowhere.code).toBe(4);
  expect(nowhere.stderr).toMatch(/nothing accepts connections at .*target[.]intake[.]http/s);
});
