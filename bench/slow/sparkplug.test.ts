/**
 * Sparkplug B beside an implementation that shares no line with ours, Eclipse Tahu's
 * `sparkplug-payload`: it reads what our codec writes and the other way round, and a host of a few
 * lines that knows the specification alone reads a whole run over Mosquitto by it. It is brought
 * from npm into a scratch folder, since its protobufjs has a script that installs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { connectAsync } from 'mqtt';
import { afterAll, expect, it, vi } from 'vitest';
import { payload } from '../../harness/dialects/sparkplug/payload.fuzz.ts';
import { decodePayload, encodePayload } from '../../harness/dialects/sparkplug/payload.ts';
import { MOSQUITTO } from '../../harness/testing/brokers.ts';
import { Sandbox } from '../../tests/sandbox.ts';
import { real } from '../../tools/real.ts';
import { fromNpm } from '../foreign/bringing.ts';

vi.setConfig({ testTimeout: 400_000 });

const box = new Sandbox();
const scratch = mkdtempSync(join(tmpdir(), 'twinstorm-sparkplug-'));
afterAll(async () => {
  await box.close();
  rmSync(scratch, { recursive: true, force: true });
});

interface TahuMetric {
  name?: string;
  alias?: unknown;
  value?: unknown;
  type?: string;
}

interface Tahu {
  encodePayload(payload: object): Uint8Array;
  decodePayload(bytes: Uint8Array): { seq?: unknown; timestamp?: unknown; metrics?: TahuMetric[] };
}

const { tahu, reason } = await broughtTahu();

async function broughtTahu(): Promise<{ tahu: Tahu | null; reason: string }> {
  try {
    await fromNpm(scratch, 'sparkplug-payload', '1.0.3');
    const from = createRequire(join(scratch, 'package.json'));
    const whole = from('sparkplug-payload') as { get(space: string): Tahu | null };
    return { tahu: whole.get('spBv1.0'), reason: '' };
  } catch (error) {
    return { tahu: null, reason: `sparkplug-payload is not to be had: ${String(error)}` };
  }
}

const TYPES: Readonly<Record<number, string>> = {
  8: 'UInt64',
  10: 'Double',
  11: 'Boolean',
  12: 'String',
};

/** Numbers of 64 bits come as objects there. */
const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? Number(value) : value;

it('reads what our codec writes', (context) => {
  context.skip(tahu === null, reason);
  const property = fc.property(payload, (ours) => {
    const theirs = tahu?.decodePayload(encodePayload(ours));
    expect(plain(theirs?.seq)).toBe(ours.seq);
    expect(plain(theirs?.timestamp)).toBe(ours.timestamp);
    expect(theirs?.metrics ?? []).toHaveLength(ours.metrics.length);
    ours.metrics.forEach((metric, at) => {
      const one = theirs?.metrics?.[at];
      // It takes an empty name for none.
      if (metric.name !== '') expect(one?.name).toBe(metric.name);
      expect(plain(one?.alias)).toBe(metric.alias);
      expect(one?.type).toBe(TYPES[metric.datatype ?? 0]);
      expect(plain(one?.value)).toEqual(metric.value);
    });
  });
  fc.assert(property, { seed: 11, numRuns: 500 });
});

it('writes what our codec reads', (context) => {
  context.skip(tahu === null, reason);
  const named = payload.filter(({ metrics }) => metrics.every(({ name }) => name !== ''));
  const property = fc.property(named, (ours) => {
    const metrics = ours.metrics.map(({ datatype = 0, ...metric }) => ({
      ...{ ...metric, type: TYPES[datatype] },
    }));
    const bytes = tahu?.encodePayload({ ...ours, metrics }) ?? new Uint8Array(0);
    const read = decodePayload(bytes);
    expect(read?.seq).toBe(ours.seq);
    expect(read?.timestamp).toBe(ours.timestamp);
    expect(read?.metrics.map(({ name, alias, value }) => ({ name, alias, value }))).toEqual(
      ours.metrics.map(({ name, alias, value }) => ({ name, alias, value })),
    );
  });
  fc.assert(property, { seed: 12, numRuns: 500 });
});

const SCENE = (port: number): string => `
twinstorm: 1
name: sparkplug
about: Nodes and devices behind them, read by a host that is not ours.
seed: 4
time: { warmup: 3s, steady: 5s, chaos: 8s, settle: 6s, drain: 2s }
target: { url: "mqtt://127.0.0.1:${port}", dialect: sparkplug }
topology: { regions: { north: { sites: 2 } } }
fleet:
  - { id: gates, model: gateway, count: 1, per: site, every: 1s, qos: 0, will: true }
  - { id: fridges, model: cold-chain-fridge, count: 2, per: gateway, via: gates, every: 1s, qos: 0 }
  - { id: presses, model: room-thermostat, count: 2, per: site, every: 500ms, qos: 0, will: true }
commands: { every: 3s, qos: 0 }
workflows: [{ sparkplug: { rebirth: 4s } }]
chaos: [{ id: resets, at: chaos+1s, for: 1s, fault: reset }]
expect: [sparkplug-kept]
`;

/** A host application by the specification alone: aliases are known from births. */
class Host {
  readonly #tahu: Tahu;
  readonly #names = new Map<string, Map<unknown, string>>();
  readonly types: Record<string, number> = {};
  /** Readings by the metrics that say who they are. */
  readonly readings = new Set<string>();
  readonly strange: string[] = [];

  constructor(codec: Tahu) {
    this.#tahu = codec;
  }

  hears(topic: string, bytes: Uint8Array): void {
    const [, group = '', type = '', node = '', device = node] = topic.split('/');
    this.types[type] = (this.types[type] ?? 0) + 1;
    const { metrics = [] } = this.#tahu.decodePayload(bytes);
    const key = `${group}/${node}`;
    if (type === 'NBIRTH') this.#names.set(key, new Map());
    const names = this.#names.get(key);
    const values = new Map<string, unknown>();
    for (const { name, alias, value } of metrics) {
      const number = plain(alias);
      if (type.endsWith('BIRTH') && name !== undefined) names?.set(number, name);
      const called = name ?? names?.get(number);
      if (called === undefined) this.strange.push(`${topic} uses ${String(number)}`);
      else values.set(called, plain(value));
    }
    if (values.get('Twinstorm/Stream') !== 'telemetry' || !type.endsWith('DATA')) return;
    const who = device.replaceAll(':', '/');
    this.readings.add(`${who} ${String(values.get('Twinstorm/Number'))}`);
    const measured = [...values].filter(([name]) => name.startsWith('telemetry/'));
    if (!measured.every(([, value]) => typeof value === 'number')) this.strange.push(topic);
  }
}

const INTO = ['--out', 'out', '--quiet', '--force'];
const [INVALID, TURNS_MAX] = [4, 3];

it('reads a whole run over Mosquitto, by births alone', async (context) => {
  const found = real('mosquitto');
  context.skip(found.skip, found.reason);
  if (tahu === null) return context.skip(true, reason);
  const broker = await MOSQUITTO.start();
  try {
    let host = new Host(tahu);
    const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    client.on('message', (topic, bytes) => host.hears(topic, bytes));
    await client.subscribeAsync('spBv1.0/#');
    const file = box.write('sparkplug.yaml', SCENE(broker.port));
    const run = () => box.run('run', file, '--gear', 'real', ...INTO);
    let ended = await run();
    // A busy machine makes a run invalid, and nothing else is tried again: host and run afresh.
    for (let turn = 1; turn < TURNS_MAX && ended.code === INVALID; turn++) {
      process.stderr.write(`spoilt: ${ended.stdout}\n`);
      host = new Host(tahu);
      ended = await run();
    }
    await client.endAsync();
    expect(ended.code, ended.stdout).toBe(0);
    expect(host.strange).toEqual([]);
    const lines = await box.ledger('out');
    const seen = new Set(
      lines
        .filter(({ op, stream }) => op === 'observed' && stream === 'telemetry')
        .map(({ device, n }) => `${device} ${n}`),
    );
    expect(seen.size).toBeGreaterThan(200);
    expect([...seen].filter((one) => !host.readings.has(one))).toEqual([]);
    for (const type of ['NBIRTH', 'DBIRTH', 'NDATA', 'DDATA', 'NDEATH', 'NCMD', 'DCMD']) {
      expect(host.types[type], type).toBeGreaterThan(0);
    }
  } finally {
    await broker.close();
  }
});

for (const mutant of [
  'sparkplug-keeps-bdseq',
  'sparkplug-skips-birth',
  'sparkplug-numbers-again',
]) {
  it(`catches ${mutant} over Mosquitto too`, async (context) => {
    const { skip, reason: why } = real('mosquitto');
    context.skip(skip, why);
    const broker = await MOSQUITTO.start();
    try {
      const file = box.write(`${mutant}.yaml`, SCENE(broker.port));
      const how = ['--gear', 'real', '--out', mutant, '--quiet', '--mutant', mutant];
      const ended = await box.run('run', file, ...how);
      expect(ended.code, ended.stdout).toBe(1);
      const failed = box.result(mutant).checkers.filter(({ verdict }) => verdict === 'fail');
      expect(failed.map(({ id }) => id)).toEqual(['sparkplug-kept']);
    } finally {
      await broker.close();
    }
  });
}
