/**
 * Our devices speak hawkBit's DDI to a server that shares no code with us: over sockets, with what
 * it answers garbled, broken off and refused now and then. It says what they did that DDI does not
 * allow, and the run is judged by the flash of the devices as any is.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { SLEEP_MS } from '../../tests/foreign-ddi/ddi-server.ts';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const DEVICES = 20;
const PLUGIN = fileURLToPath(new URL('../../tests/foreign-ddi/foreign-ddi.ts', import.meta.url));

const SCENE = `
twinstorm: 1
name: foreign-ddi
about: A fleet of an end-to-end test at a foreign update server.
seed: 5
time: { warmup: 4s, steady: 2s, chaos: 22s, settle: 8s, drain: 2s }
target: { kind: foreign-ddi }
plugins: ['${PLUGIN}']
fleet:
  - id: rooms
    model: room-thermostat
    count: ${DEVICES}
    every: 2s
    parts: [{ ota: { road: ddi, tenant: TENANT, range: 1024, pause: 300ms } }]
workflows:
  - ota: { name: spring, to: 2.1.0, waves: [100%], gate: { success: 60%, within: 30s }, at: steady }
expect: [ota-one-status, ota-rollback, ota-no-brick, ota-resume, inventory-true]
report: [json]
`;

it('is told all by devices that keep to DDI, whatever it answers', {
  timeout: 180_000,
}, async () => {
  box.write('foreign.yaml', SCENE);
  const ended = await box.run('run', 'foreign.yaml', '--gear', 'real', '--out', 'run', '--quiet');
  expect([0, 4], ended.stderr + ended.stdout).toContain(ended.code);
  const failed = box.result('run').checkers.filter(({ verdict }) => verdict === 'fail');
  expect(failed).toEqual([]);
  const seen = JSON.parse(readFileSync(box.path('run', 'log/ddi.json'), 'utf8')) as {
    wrongs: string[];
    counts: Record<string, number>;
    gaps: number[];
  };
  expect(seen.wrongs).toEqual([]);
  expect(seen.gaps.length).toBeGreaterThan(DEVICES * 4);
  // A busy machine hands one over late, and the next not as late: most must be in time.
  const gaps = seen.gaps.sort((a, b) => a - b);
  for (const share of [0.25, 0.5, 0.75]) {
    const gap = gaps[Math.floor(share * gaps.length)] ?? 0;
    expect(gap).toBeGreaterThan(0.9 * SLEEP_MS);
    expect(gap).toBeLessThan(1.1 * SLEEP_MS);
  }
  expect(gaps[0]).toBeGreaterThan(0.5 * SLEEP_MS);
  expect(seen.counts.resumed).toBeGreaterThan(DEVICES / 2);
  expect(seen.counts.cancelled ?? 0).toBeGreaterThan(0);
  expect((seen.counts.cancelled ?? 0) + (seen.counts.rejected ?? 0)).toBe(DEVICES / 5);
  expect(seen.counts['unkind answers']).toBeGreaterThan(DEVICES);
  const lines = (await box.ledger('run')) as unknown as Record<string, unknown>[];
  const settled = lines.filter(({ op }) => op === 'ota/settled');
  expect(settled).toHaveLength(DEVICES);
  expect(settled.filter(({ status }) => status === 'confirmed').length).toBeGreaterThan(12);
  box.expectClean();
});
