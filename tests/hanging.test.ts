/**
 * A plug-in that never returns holds the engine of virtual time in one event: nothing in it runs any
 * more, no timer and no signal. Whoever started it must notice, Ctrl-C must end it, and its parent's
 * death must take it along.
 */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RunDirectory } from '#harness';
import { WorldError } from '#kernel';
import { runSim } from '../harness/gears/sim/sim.ts';
import { type Running, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

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
