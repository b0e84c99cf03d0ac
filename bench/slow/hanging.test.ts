/**
 * A plug-in that never returns holds the engine of virtual time in one event: nothing in it runs any
 * more, no timer and no signal. Whoever started it must notice, Ctrl-C must end it, and its parent's
 * death must take it along.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunDirectory } from '#harness';
import { WorldError } from '#kernel';
import { runSim } from '../../harness/gears/sim/sim.ts';
import { type Running, Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const FLEET = '{ id: rooms, model: room-thermostat, count: 2, every: 1s, parts: [forever] }';
/** Says that it hangs, for who waits for it to. */
const FOREVER = `import { writeFileSync } from 'node:fs';
export default { family: 'part', kind: 'forever', summary: 'never returns',
  start: () => ({ online() { writeFileSync(new URL('hangs', import.meta.url), ''); for (;;); } }),
};
`;

async function hanging(): Promise<Running> {
  box.write('forever.ts', FOREVER);
  box.write('own.yaml', scene({ fleet: FLEET, more: ['plugins: [./forever.ts]'] }));
  const running = box.start(['run', 'own.yaml', '--out', 'run']);
  while (!existsSync(box.path('hangs'))) {
    expect(running.child.exitCode, running.stderr()).toBeNull();
    await pause(20);
  }
  return running;
}

it('ends by Ctrl-C, says so first, and reports what there is', async () => {
  const { child, ended } = await hanging();
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  const why = 'stopped by hand; the sim engine said nothing for 5 s more and was ended';
  expect([code, stdout.split('\n')[1]], stderr).toEqual([
    130,
    ` INVALID  The run broke off: ${why}.`,
  ]);
  expect(stderr).toContain(why);
  expect(stdout).not.toContain('Nothing could be decided');
  expect(box.result('run').verdict).toBe('invalid');
  box.expectClean();
});

it('leaves no engine behind when its runner is killed', async () => {
  const { child, ended } = await hanging();
  child.kill('SIGKILL');
  await ended;
  await box.vanished();
  box.expectClean();
});

it('is noticed by its silence, with what may be the cause', async () => {
  const { child, ended } = await hanging();
  child.kill('SIGKILL');
  await ended;
  const directory = new RunDirectory(box.path('run'));
  const request = {
    plan: directory.readPlan(),
    planSha256: '',
    directory,
    base: box.folder,
    plugins: [box.path('forever.ts')],
    shards: null,
    progress: () => {},
    say: () => {},
    signal: new AbortController().signal,
  };
  const error = await runSim(request, { silentMs: 3000, stopMs: 1000 }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(WorldError);
  expect(error).toMatchObject({
    code: 'hung',
    message: expect.stringMatching(/^the sim engine said nothing for 3 s, /),
    remedy: expect.stringContaining('forever.ts'),
  });
});

const PAGES = 5;
/** A list that is long to read, though nothing happens meanwhile; its clock is the machine's. */
const SLOW = {
  'slow-list.ts': `const nap = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100);
export default { family: 'service', kind: 'slow', summary: 'is long to read', schema: '', truth: 'slow',
  start: () => ({ takes: () => false, take() {}, routes: { slow: (asked) => {
    nap(); asked.limit();
    const page = Number(asked.text('cursor') ?? 0) + 1;
    return { slow: [], next: page === ${PAGES} ? null : String(page) };
  } } }) };
`,
  'slow-read.ts': `export default { family: 'workflow', kind: 'slow', summary: 'reads it', params: {},
  needs: ['slow'], parts: [], ops: {}, resolve: () => ({ resolved: null, streams: [] }),
  start: (ports) => ({ stop() {}, account() {}, async end() {},
    readBack: async () => { await ports.readList('slow', {}, () => {}); } }) };
`,
};

it('does not look so while it reads back for long: each page is a sign of life', async () => {
  for (const [name, text] of Object.entries(SLOW)) box.write(name, text);
  const more = ['plugins: [./slow-list.ts, ./slow-read.ts]', 'workflows: [slow]'];
  box.write('own.yaml', scene({ fleet: FLEET.replace(', parts: [forever]', ''), more }));
  const planned = await box.run('plan', 'own.yaml', '--json');
  box.write('run/plan.json', planned.stdout);
  mkdirSync(box.path('run', 'ledger'));
  const file = (name: string): string =>
    fileURLToPath(new URL(`../../harness/gears/sim/${name}.ts`, import.meta.url));
  const plugins = Object.keys(SLOW).map((name) => box.path(name));
  const args = ['--import', file('sim-clock'), file('sim-engine'), box.path('run'), ...plugins];
  const { code, stdout, stderr } = await box.startNode(args, {}, false, 'pipe').ended;
  expect(code, stderr).toBe(0);
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(lines.at(-1)).toContain('"kind":"outcome"');
  // The first page may come within a second of the sign before.
  const signs = lines.filter((line) => line === '{"kind":"alive"}').length;
  expect(signs).toBeGreaterThanOrEqual(PAGES - 1);
});
