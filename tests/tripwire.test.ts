/**
 * What would make sim depend on the machine must not exist there. Byte-equality would miss a leak
 * that happens to be equal twice, so a tripwire hangs on every asynchronous resource that a sim run
 * creates: from the engine's first moment only promises, ticks, immediates and in-memory streams
 * may come up. Whatever else does is named together with the place in our code that made it. A
 * planted timer shows that the wire is live.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const engine = new URL('../harness/gears/sim/sim-engine.ts', import.meta.url).pathname;
const clock = new URL('../harness/gears/sim/sim-clock.ts', import.meta.url).href;

/** Types of resources that a deterministic run may create, by the names of async_hooks. */
const ALLOWED = ['PROMISE', 'TickObject', 'Immediate', 'Microtask', 'STREAM_END_OF_STREAM'];

/**
 * Arms when the platform's store is opened, the first thing a run does: loading modules reads
 * files, and that is over by then. Its own findings go to a file, synchronously.
 */
const TRIPWIRE = `
import { createHook } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';
const allowed = new Set(${JSON.stringify(ALLOWED)});
const broken = new Map();
let armed = false;
let counted = 0;
const real = setImmediate;
createHook({
  init(id, type) {
    if (!armed) return;
    counted++;
    if (allowed.has(type) || broken.has(type)) return;
    const lines = (new Error().stack ?? '').split('\\n').filter((line) => !line.includes('node:'));
    broken.set(type, lines.slice(2, 5).join(' | '));
  },
}).enable();
const { DatabaseSync } = await import('node:sqlite');
const { prepare } = DatabaseSync.prototype;
DatabaseSync.prototype.prepare = function (...args) {
  if (!armed && process.env.PLANT !== undefined) { armed = true; globalThis.realTimer(() => {}, 1); }
  armed = true;
  return prepare.apply(this, args);
};
process.on('exit', () => {
  armed = false;
  writeFileSync(process.env.WIRE, JSON.stringify({ counted, broken: [...broken] }));
});
`;

async function wired(
  out: string,
  plant: boolean,
): Promise<{ counted: number; broken: string[][] }> {
  const ran = await box.run('run', 'wired.yaml', '--out', out, '--quiet');
  expect(ran.code, ran.stderr).toBe(0);
  box.write('wire.mjs', TRIPWIRE);
  // Standard output and error are opened when first named; they carry news out and nothing in.
  box.write('before.mjs', 'globalThis.realTimer = setTimeout; process.stdout; process.stderr;');
  const found = box.path(`${out}.json`);
  const { code, stderr } = await box.startNode(
    [
      '--disable-warning=ExperimentalWarning',
      ...['before.mjs', 'wire.mjs'].flatMap((file) => ['--import', box.path(file)]),
      ...['--import', clock, engine, box.path(out)],
    ],
    { WIRE: found, ...(plant ? { PLANT: '1' } : {}) },
    false,
    // As its parent starts it: the thread that watches this pipe must not be felt.
    'pipe',
  ).ended;
  expect(code, stderr).toBe(0);
  return box.json(`${out}.json`) as { counted: number; broken: string[][] };
}

it('creates nothing in a sim run that real time could order', async () => {
  box.write(
    'wired.yaml',
    scene({
      name: 'wired',
      time: '{ warmup: 2s, steady: 2s, chaos: 10s, settle: 3s, drain: 1s }',
      fleet:
        '{ id: fridges, model: cold-chain-fridge, count: 12, every: 500ms, session: persistent, will: true, retain: status, health: real, keep-alive: 4s, backoff: { base: 300ms, cap: 1s } }',
      chaos: [
        '{ id: slow, at: chaos, for: 1s, fault: latency, where: 50%, with: { delay: 80ms, jitter: 20ms } }',
        '{ id: killed, at: chaos+2s, for: 1s, fault: broker-kill }',
        '{ id: dark, at: chaos+6s, for: 2s, fault: power-cut, where: 40% }',
      ],
      more: ['commands: { every: 1s, to: 50%, qos: 1 }'],
    }),
  );
  const honest = await wired('honest', false);
  expect(honest.counted).toBeGreaterThan(10_000);
  expect(honest.broken).toEqual([]);
  const planted = await wired('planted', true);
  expect(planted.broken.map(([type]) => type)).toEqual(['Timeout']);
});
