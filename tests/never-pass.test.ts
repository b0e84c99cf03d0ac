/**
 * A run that could not have shown a broken promise must never pass. Each case takes a scene that
 * passes, which is seen first, and takes away one thing that a verdict rests on: the messages, the
 * fault's effect, the steady state, our own steadiness, a piece of the ledger. Every one must end
 * in another exit code than 0, by the checker or the reason that is there for it, so that a pass
 * for the wrong reason fails here too.
 */
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesSource, LedgerEncoder, SegmentReader } from '#kernel';
import type { Result } from '#reports';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const FAULT = '{ id: dark, at: chaos, for: 2s, fault: partition }';
const GOOD = scene({ chaos: [FAULT], expect: ['no-acked-loss'] });

beforeAll(async () => {
  box.write('good.yaml', GOOD);
  const result = await box.judged(0, 'good', 'good.yaml');
  expect(result.verdict).toBe('pass');
  expect(result.faults.map(({ effective }) => effective)).toEqual([true]);
});

const verdictOf = (result: Result, id: string): string | undefined =>
  result.checkers.find((checker) => checker.id.startsWith(id))?.verdict;

describe('a run that could not have shown anything', () => {
  it('sent nothing, since the first reading is due after the end', async () => {
    box.write('late.yaml', scene({ fleet: '{ model: room-thermostat, count: 12, every: 1h }' }));
    const result = await box.judged(4, 'late', 'late.yaml');
    expect(result.verdict).toBe('invalid');
    expect(verdictOf(result, 'not-vacuous')).toBe('invalid');
  });

  it('had a fault that did nothing', async () => {
    box.write('idle.ts', IDLE_FAULT);
    box.write(
      'idle.yaml',
      scene({ chaos: [FAULT.replace('partition', 'idle')], more: ['plugins: [./idle.ts]'] }),
    );
    const result = await box.judged(4, 'idle', 'idle.yaml');
    expect(result.verdict).toBe('invalid');
    expect(verdictOf(result, 'fault-effective')).toBe('invalid');
    expect(result.faults.map(({ effective }) => effective)).toEqual([false]);
  });

  it('had a fault that threw', async () => {
    box.write(
      'thrown.ts',
      IDLE_FAULT.replace('async () => async () => {}', THROWS).replace(
        "kind: 'idle'",
        "kind: 'thrown'",
      ),
    );
    box.write(
      'thrown.yaml',
      scene({ chaos: [FAULT.replace('partition', 'thrown')], more: ['plugins: [./thrown.ts]'] }),
    );
    const result = await box.judged(4, 'thrown', 'thrown.yaml');
    expect(result.verdict).toBe('invalid');
  });

  it.each([
    ['injection', 'async () => new Promise(() => {})'],
    ['undo', 'async () => () => new Promise(() => {})'],
  ])('had a fault whose %s hung until the bound of the run', async (_, inject) => {
    box.write('idle.ts', IDLE_FAULT.replace('async () => async () => {}', inject));
    box.write(
      'hung.yaml',
      scene({ chaos: [FAULT.replace('partition', 'idle')], more: ['plugins: [./idle.ts]'] }),
    );
    const result = await box.judged(4, 'hung', 'hung.yaml');
    expect(result.verdict).toBe('invalid');
    expect(result.reasons.join('\n')).toMatch(/beyond its bound of 40s/);
    // Reported like any other run: what was acknowledged until then was read back.
    expect(result.messages.intended).toBeGreaterThan(0);
  });

  it('never got steady, and so never broke anything', async () => {
    // Half of the fleet boots into a network that answers after the gate has closed.
    const text = scene({
      chaos: [FAULT],
      more: [
        'networks: { slow: { delay: 3s } }',
        'topology: { regions: { far: { sites: 1, network: slow } } }',
      ],
    });
    box.write('unsteady.yaml', text);
    const result = await box.judged(4, 'unsteady', 'unsteady.yaml');
    expect(result.verdict).toBe('invalid');
    expect(result.reasons.join('\n')).toMatch(/steady/);
    expect(await box.ledger('unsteady', '--op', 'fault')).toEqual([]);
    expect(result.phases.map(({ name }) => name)).not.toContain('chaos');
  });
});

describe('a halt', () => {
  it('by stop-when is a fail, healed and reported', async () => {
    const text = scene({
      time: '{ warmup: 2s, steady: 2s, chaos: 12s, settle: 2s, drain: 1s }',
      chaos: ['{ id: gone, at: chaos, for: 10s, fault: outage }'],
      more: ["stop-when: [ { connected: '< 50%', for: 2s } ]"],
    });
    box.write('halt.yaml', text);
    const result = await box.judged(1, 'halt', 'halt.yaml');
    expect(result.verdict).toBe('fail');
    expect(result.reasons.join('\n')).toMatch(/connected/);
    const faults = await box.ledger('halt', '--op', 'fault');
    expect(faults).toHaveLength(2);
    expect(faults[1]?.t).toBeLessThan(14_000);
  });
});

describe('a shard that stood still for a second inside an objective’s window', () => {
  it('makes the objective unknown, whatever was measured', async () => {
    const text = scene({
      time: '{ warmup: 3s, steady: 5s, chaos: 1s, settle: 2s, drain: 1s }',
      expect: ['{ latency: { p99: 1h, during: steady } }'],
    });
    box.write('stall.yaml', text);
    const running = box.start([
      'run',
      'stall.yaml',
      '--gear',
      'real',
      '--out',
      'stall',
      '--shards',
      '2',
    ]);
    const shard = await box.processOf(' shard-1');
    while (!running.stderr().includes('steady')) await pause(20);
    process.kill(shard, 'SIGSTOP');
    await pause(1200);
    process.kill(shard, 'SIGCONT');
    const { code, stdout, stderr } = await running.ended;
    expect([2, 4], stdout + stderr).toContain(code);
    const result = box.result('stall');
    expect(verdictOf(result, 'latency')).toBe('unknown');
    const stalls = await box.ledger('stall', '--op', 'stall');
    expect(stalls.some((line) => JSON.stringify(line).includes('shard-1'))).toBe(true);
    box.expectClean();
  });
});

describe('a ledger that lacks something', () => {
  const judgeDamaged = async (name: string, damage: (folder: string) => void): Promise<Result> => {
    cpSync(box.path('good'), box.path(name), { recursive: true });
    rmSync(box.path(name, 'result.json'));
    damage(box.path(name));
    const { code, stdout, stderr } = await box.run('judge', name);
    expect([2, 4], `${stdout}${stderr}`).toContain(code);
    expect(stderr).not.toMatch(/\n\s+at /);
    return box.result(name);
  };

  it.each([
    ['a torn shard', 'shard-0', 0.5],
    ['a shard that only lost its last bytes', 'shard-0', 0.999],
    ['a torn harness segment', 'harness', 0.5],
    ['an empty harness segment', 'harness', 0],
  ])('%s', async (_, segment, kept) => {
    const name = `torn-${segment}-${kept}`;
    const result = await judgeDamaged(name, (folder) => {
      const file = `${folder}/ledger/${segment}.twl`;
      truncateSync(file, Math.floor(readFileSync(file).length * kept));
    });
    expect(result.verdict).not.toBe('pass');
  });

  it.each(['shard-0', 'harness'])('no segment %s', async (segment) => {
    const result = await judgeDamaged(`missing-${segment}`, (folder) =>
      rmSync(`${folder}/ledger/${segment}.twl`),
    );
    expect(result.verdict).not.toBe('pass');
  });

  it('a flipped byte in the middle', async () => {
    const result = await judgeDamaged('flipped', (folder) => {
      const file = `${folder}/ledger/shard-0.twl`;
      const bytes = readFileSync(file);
      const at = bytes.length >> 1;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    });
    expect(result.verdict).not.toBe('pass');
  });

  it('every record of one reading, by a recorder that lost it', async () => {
    const result = await judgeDamaged('forgotten', (folder) => {
      const file = `${folder}/ledger/shard-0.twl`;
      const reader = new SegmentReader(bytesSource(readFileSync(file)));
      const parts: Uint8Array[] = [];
      const encoder = new LedgerEncoder(reader.header, (bytes) => parts.push(bytes.slice()));
      for (let entry = reader.next(); entry !== null; entry = reader.next()) {
        const isIt = 'stream' in entry && entry.device === 3 && entry.stream === 0 && entry.n === 5;
        if (!isIt) encoder.write(entry.t, entry.op, entry as never);
      }
      encoder.close();
      writeFileSync(file, Buffer.concat(parts));
    });
    expect(result.verdict).toBe('invalid');
    expect(verdictOf(result, 'conservation')).toBe('invalid');
  });

  it('a plan that is not the ledger’s own', async () => {
    const result = await judgeDamaged('foreign', (folder) => {
      const file = `${folder}/plan.json`;
      writeFileSync(file, readFileSync(file, 'utf8').replace('"seed": 5', '"seed": 6'));
    });
    expect(result.verdict).not.toBe('pass');
  });
});

/** Claims to hold everything back, and does not lift a finger. */
const IDLE_FAULT = `export default {
  kind: 'idle',
  summary: 'does nothing',
  acts: 'link',
  params: {},
  resolve: () => ({ toxics: [], down: false, proof: { kind: 'stalled', up: true, down: true } }),
  inject: async () => async () => {},
};
`;
const THROWS = "async () => { throw new Error('broken on purpose'); }";
