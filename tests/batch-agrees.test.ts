/**
 * One device, one sample, one value: what a run in virtual time stores, and what is generated
 * without a network, are equal to the last bit, malfunctions included.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const SCENARIO = `
twinstorm: 1
name: worn-site
about: Eleven kinds of device, of which most go wrong.
seed: 11
time: { warmup: 5s, steady: 1m, chaos: 20m, settle: 1m }
fleet:
  - { id: fridges, model: cold-chain-fridge, count: 4, every: 7s }
  - { id: rooms, model: room-thermostat, count: 4, every: 10s }
  - { id: probes, model: solar-sensor, count: 4, every: 13s }
  - { id: pumps, model: pump, count: 4, every: 11s }
  - { id: tanks, model: tank, count: 4, every: 13s }
  - { id: cells, model: battery-cell, count: 4, every: 9s }
  - { id: offices, model: air-quality, count: 4, every: 15s }
  - { id: motors, model: induction-motor, count: 4, every: 8s }
  - { id: bearings, model: bearing, count: 4, every: 60s }
  - { id: roofs, model: solar-array, count: 4, every: 20s }
  - { id: lorries, model: tracker, count: 4, every: 20s }
chaos:
  - { id: wear, at: chaos, for: 20m, fault: malfunctions, with: { prevalence: 80% } }
`;

/** By device and n, as text: equal numbers are written alike. */
type Values = Map<string, string>;

describe('generate', () => {
  it('gives the values of a run in sim', { timeout: 120_000 }, async () => {
    const file = box.write('worn.yaml', SCENARIO);
    const run = await box.run('run', file, '--out', 'run', '--quiet');
    expect(run.code, run.stdout).toBe(0);
    const made = await box.run('generate', file, '--out', 'data', '--format', 'jsonl', '--quiet');
    expect(made.code, made.stderr).toBe(0);
    const [stored, generated] = [storedIn('run'), generatedIn('data')];
    expect(stored.size).toBeGreaterThan(1000);
    const unlike = [...stored].filter(([key, values]) => generated.get(key) !== values);
    expect(unlike).toEqual([]);
  });

  it('says by name what it cannot have', async () => {
    const text = `${SCENARIO}  - { id: dark, at: chaos, for: 5s, fault: outage }\n`;
    const file = box.write('dark.yaml', `${text}commands: { every: 5s }\n`);
    const { code, stderr } = await box.run('generate', file, '--out', 'data');
    expect(code).toBe(3);
    expect(stderr).toMatch(/dark: there is no outage/);
    expect(stderr).toMatch(/there is no commands/);
    expect(stderr).toMatch(/run the scenario in sim/);
  });
});

function storedIn(run: string): Values {
  const store = new DatabaseSync(box.path(run, 'store.sqlite'), { readOnly: true });
  const rows = store.prepare(
    `SELECT id, n, payload FROM telemetry JOIN devices ON key = device WHERE stream = 'telemetry'`,
  );
  const found: Values = new Map();
  for (const { id, n, payload } of rows.iterate() as Iterable<Record<string, unknown>>) {
    const { v } = JSON.parse(new TextDecoder().decode(payload as Uint8Array)) as {
      v: Record<string, unknown>;
    };
    const { health: _, ...values } = v;
    found.set(`${id} ${n}`, JSON.stringify(values));
  }
  store.close();
  return found;
}

const NOT_MEASURED = new Set(
  'device time n label fault_code fault_mask phase severity health_index'.split(' '),
);

function generatedIn(folder: string): Values {
  const found: Values = new Map();
  const files = readdirSync(box.path(folder, 'data'), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.jsonl'))) {
    for (const line of readFileSync(box.path(folder, 'data', file), 'utf8')
      .trimEnd()
      .split('\n')) {
      const row = JSON.parse(line) as Record<string, unknown>;
      const values = Object.entries(row).filter(([name]) => !NOT_MEASURED.has(name));
      found.set(`${row.device} ${row.n}`, JSON.stringify(Object.fromEntries(values)));
    }
  }
  return found;
}
