/**
 * What the author of a service gets wrong is told as that service's, in both gears: a run in virtual
 * time ends under its name, and so does one of processes, by what the platform said last.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { scene } from '../../tests/scenes.ts';

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
});
afterEach(() => box.close());

const service = (living: string): string =>
  `export default { family: 'service', kind: 'mine', summary: 's', schema: '', truth: 'mine',
  start: () => (${living}),
};
`;
const READER = `export default { family: 'workflow', kind: 'reader', summary: 's', params: {},
  needs: ['mine'],
  resolve: () => ({ resolved: null }),
  start: (ports) => ({
    stop() {}, account() {}, async end() {},
    async readBack() { await ports.readList('mine', {}, () => {}); },
  }),
};
`;
const TAKE = service(`{
  takes: (stream) => stream === 'telemetry',
  take() { throw new Error('on purpose'); },
  routes: { mine: () => ({ mine: [], next: null }) },
}`);

async function run(text: string, gear: string) {
  box.write('mine.ts', text);
  box.write('reader.ts', READER);
  const more = ['plugins: [./mine.ts, ./reader.ts]', 'workflows: [reader]'];
  box.write('own.yaml', scene({ more }));
  const ended = await box.run('run', 'own.yaml', '--out', 'run', '--quiet', '--gear', gear);
  const said = ended.stderr + ended.stdout;
  expect(said).not.toMatch(/\n\s+at |fault of the harness|broken invariant|undefined/);
  box.expectClean();
  return { code: ended.code, said };
}

it('a throw in take', async () => {
  const { code, said } = await run(TAKE, 'sim');
  expect(said).toMatch(/the service mine threw in take: on purpose\n.*mine\.ts:\d+/);
  expect(code).toBe(4);
});

it('a throw in take, in a process of its own, which proves nothing of a target', async () => {
  const { code, said } = await run(TAKE, 'real');
  expect(said).toMatch(/error +the service mine threw in take: on purpose.*mine\.ts:\d+/);
  expect(said).toMatch(/log\/target\.log/);
  expect(code).toBe(4);
  const { verdict, reasons, checkers } = box.result('run');
  expect(verdict).toBe('invalid');
  expect(reasons[0]).toMatch(
    /^The run broke off at .*: the service mine threw in take: on purpose/,
  );
  expect(checkers.filter((one) => one.verdict === 'fail')).toEqual([]);
});

it('but a platform that somebody else killed is a target that was lost', async () => {
  box.write('killed.yaml', scene());
  const running = box.start(['run', 'killed.yaml', '--out', 'run', '--gear', 'real']);
  while (!running.stderr().includes('steady')) await pause(20);
  process.kill(await box.processOf('twins/platform/serve'), 'SIGKILL');
  const { code, stdout, stderr } = await running.ended;
  expect([code, box.result('run').verdict], stdout + stderr).toEqual([1, 'fail']);
  expect(stdout).toMatch(/target was lost: the platform twin ended with SIGKILL/);
});

it('a throw in a timer of its own', async () => {
  const late = `{ ready() { setTimeout(() => { throw new Error('on purpose'); }, 2000); },
    routes: { mine: () => ({ mine: [], next: null }) } }`;
  const { code, said } = await run(service(late), 'real');
  expect(said).toMatch(/a service threw in an event of its own: on purpose.*mine\.ts:\d+/);
  expect(code).toBe(4);
});

it.each(['sim', 'real'])('no routes, in %s', async (gear) => {
  const { code, said } = await run(service('{}'), gear);
  expect(said).toMatch(/the service mine, in start: routes of what it starts is missing/);
  expect(code).toBe(4);
});

it('a list without an end', async () => {
  const { code, said } = await run(service('{ routes: { mine: () => ({ mine: [] }) } }'), 'sim');
  expect(said).toMatch(/the workflow reader, in readBack: the list of mine: next is missing/);
  expect(code).toBe(4);
});

it('a route that throws', async () => {
  const throws = "{ routes: { mine: () => { throw new Error('on purpose'); } } }";
  expect(await run(service(throws), 'sim')).toMatchObject({ code: 0 });
  expect(box.result('run').biases).toContainEqual(
    'The list of mine could not be read to its end: ' +
      'the target answered with status 500 (on purpose).',
  );
});
