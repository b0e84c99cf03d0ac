/**
 * The last duty of the warden, whatever ends its runner: what was done to foreign targets is taken
 * back, newest first and one after the other, while everything still stands; then nothing is left
 * of what it started, not even who refuses to go.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive } from './registry.ts';
import { TRY_AGAIN } from './undo-code.ts';
import type { WardenNews, WardenOrder } from './warden.ts';

const MAIN = fileURLToPath(new URL('warden.ts', import.meta.url));

let folder: string;
let warden: ChildProcess;
let news: AsyncIterator<string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinstorm-warden-'));
  begin();
});
afterEach(async () => {
  if (warden.exitCode === null && warden.signalCode === null) {
    warden.kill('SIGKILL');
    await once(warden, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a warden, in a time that the given module makes for it. */
function begin(time = ''): void {
  untaken = [];
  const inTime = ['--import', `data:text/javascript,${encodeURIComponent(time)}`];
  warden = spawn(process.execPath, [...inTime, MAIN], { stdio: ['pipe', 'pipe', 'inherit'] });
  news = createInterface({ input: warden.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
}

async function beginAnew(time: string): Promise<void> {
  warden.kill('SIGKILL');
  await once(warden, 'exit');
  begin(time);
}

const file = (name: string): string => join(folder, name);
const order = (one: WardenOrder): void => void warden.stdin?.write(`${JSON.stringify(one)}\n`);
const undo = (id: string, shell: string | null): void => order({ kind: 'undo', id, shell });
const beats = (): string => readFileSync(file('beats'), 'utf8');
const traces = (): string => readFileSync(file('traces'), 'utf8');

/** Told already and asked for by nobody: an end may overtake the last word of who has ended. */
let untaken: WardenNews[];

/** The next thing it tells of that kind. */
async function told<K extends WardenNews['kind']>(
  kind: K,
): Promise<Extract<WardenNews, { kind: K }>> {
  type Wanted = Extract<WardenNews, { kind: K }>;
  for (;;) {
    const index = untaken.findIndex((one) => one.kind === kind);
    if (index >= 0) return untaken.splice(index, 1)[0] as Wanted;
    const { value, done } = await news.next();
    expect(done).not.toBe(true);
    untaken.push(JSON.parse(String(value)) as WardenNews);
  }
}

/** A child that does as the script says; its pid, once it has said that it is up. */
async function child(id: string, script: string): Promise<number> {
  const args = ['-c', script];
  order({ kind: 'spawn', id, command: 'sh', args, log: file(`${id}.log`) });
  const { pid } = await told('spawned');
  expect((await told('line')).text).toBe('up');
  return pid;
}

const DEAF = 'trap "" TERM; echo up; while :; do sleep 0.05; done';
const POLITE = (into: string): string =>
  `sleep 60 & trap "echo bye >> ${into}; kill $!; exit" TERM; echo up; wait`;
const CALM = 'echo up; exec sleep 60';

const ENDS: readonly [string, () => void][] = [
  ['its pipe closes', () => void warden.stdin?.end()],
  ['it is told to end', () => order({ kind: 'end' })],
  [
    'its runner is gone at both ends',
    () => {
      warden.stdout?.destroy();
      warden.stdin?.end();
    },
  ],
  [
    'it is told in every way at once',
    () => {
      order({ kind: 'end' });
      warden.stdin?.end('{"kind":"end"}\n{"kind":"e\n');
    },
  ],
  ['its runner dies in the middle of a word', () => void warden.stdin?.write('{"kind":"be\n')],
];

describe.each(ENDS)('when %s, the warden', (_, end) => {
  it('takes back what was done, newest first, one at a time, before it ends anybody', async () => {
    const pid = await child('target', CALM);
    undo('first', `echo first >> ${file('traces')}`);
    undo('taken', `echo taken >> ${file('traces')}`);
    const last = `sleep 0.3; kill -0 ${pid} && echo last >> ${file('traces')}; sleep 0.3`;
    undo('last', last);
    undo('taken', null);
    end();
    const [code] = await once(warden, 'exit');
    expect([code, traces(), isAlive(pid)]).toEqual([0, 'last\nfirst\n', false]);
    // Who was ended by the warden itself was ended in good order.
    expect(readFileSync(file('target.log'), 'utf8')).toBe('');
  });

  it('leaves nobody whom a child of its own has started', async () => {
    const tell = `echo $WORD >> ${file('beats')}; sleep 0.05`;
    const beat = `trap "" TERM; echo up; while :; do ${tell}; done`;
    order({
      ...{ kind: 'spawn', id: 'family', command: 'sh', args: ['-c', `(${beat}) & wait`] },
      ...{ env: { WORD: 'given' }, log: file('family.log'), hasChildren: true },
    });
    await told('spawned');
    expect((await told('line')).text).toBe('up');
    while (!existsSync(file('beats')) || !beats().startsWith('given\ngiven\n')) await pause(20);
    end();
    await once(warden, 'exit');
    // A number may still be there of one that nobody has buried; it writes no more.
    const last = beats();
    await pause(300);
    expect(beats()).toBe(last);
  });

  it('leaves nobody, neither who refuses to go nor who stands still', async () => {
    const deaf = await child('deaf', DEAF);
    const stopped = await child('stopped', POLITE(file('traces')));
    process.kill(stopped, 'SIGSTOP');
    end();
    await once(warden, 'exit');
    expect([deaf, stopped].filter(isAlive)).toEqual([]);
    // It was woken first, and could still go in its own way.
    expect(traces()).toBe('bye\n');
  });

  it('goes from the list of runs, and an undo that fails keeps nobody', async () => {
    writeFileSync(file('entry.json'), '{}');
    order({ kind: 'registry', file: file('entry.json') });
    undo('fine', `echo fine >> ${file('traces')}`);
    undo('broken', 'exit 3');
    end();
    await once(warden, 'exit');
    expect([traces(), existsSync(file('entry.json'))]).toEqual(['fine\n', false]);
  });

  it('stays on the list of runs for an undo that asks to be tried again', async () => {
    writeFileSync(file('entry.json'), '{}');
    order({ kind: 'registry', file: file('entry.json') });
    undo('fine', `echo fine >> ${file('traces')}`);
    undo('later', `exit ${TRY_AGAIN}`);
    end();
    await once(warden, 'exit');
    expect([traces(), existsSync(file('entry.json'))]).toEqual(['fine\n', true]);
  });
});

it('sees also those gone in whose place it started another', async () => {
  // On a busy machine it takes a while until who is killed is gone.
  await beginAnew(`
    import { ChildProcess } from 'node:child_process';
    const { kill } = ChildProcess.prototype;
    ChildProcess.prototype.kill = function (signal) {
      if (signal !== 'SIGKILL') return kill.call(this, signal);
      setTimeout(() => kill.call(this, signal), 300);
      return true;
    };
  `);
  const pids = [await child('target', CALM), await child('target', CALM)];
  order({ kind: 'end' });
  await once(warden, 'exit');
  expect(pids.filter(isAlive)).toEqual([]);
});

it('whoever goes by itself is told of once, with how', async () => {
  await child('target', 'echo up; exit 7');
  expect(await told('exited')).toEqual({ kind: 'exited', id: 'target', code: 7, signal: null });
  order({ kind: 'spawn', id: 'none', command: file('none'), args: [], log: file('log') });
  expect(await told('exited')).toMatchObject({
    id: 'none',
    error: expect.stringMatching(/ENOENT/),
  });
});

it('a child that a signal ended has it in its log', async () => {
  await child('target', CALM);
  order({ kind: 'kill', id: 'target', signal: 'SIGKILL' });
  expect(await told('exited')).toMatchObject({ id: 'target', signal: 'SIGKILL' });
  expect(readFileSync(file('target.log'), 'utf8')).toBe('ended with SIGKILL\n');
});

it('waits for nobody who has gone, or never came', async () => {
  // Whoever waited here would wait for ever.
  await beginAnew('performance.now = () => 0;');
  order({ kind: 'spawn', id: 'none', command: file('none'), args: [], log: file('log') });
  await told('exited');
  await child('target', 'echo up; exit 7');
  await told('exited');
  const polite = await child('polite', POLITE(file('traces')));
  order({ kind: 'end' });
  const [code] = await once(warden, 'exit');
  expect([code, isAlive(polite), traces()]).toEqual([0, false, 'bye\n']);
});

it('a runner that says nothing for more than 15 s is as gone as one that died', async () => {
  // Time goes from look to look, and ends up in a file.
  await beginAnew(`
    import { writeFileSync } from 'node:fs';
    let now = 0;
    performance.now = () => now;
    setInterval = (look, ms) => {
      const next = () => setImmediate(() => { now += ms; look(); next(); });
      process.on('SIGUSR2', next);
    };
    process.on('exit', () => writeFileSync('${file('ended')}', String(now)));
  `);
  order({ kind: 'spawn', id: 'target', command: 'sh', args: ['-c', 'exit 7'], log: file('log') });
  await told('exited');
  process.kill(warden.pid ?? 0, 'SIGUSR2');
  const [code] = await once(warden, 'exit');
  expect([code, readFileSync(file('ended'), 'utf8')]).toEqual([0, '16000']);
});
