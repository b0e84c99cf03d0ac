/** A process is ready by its first line; whatever else comes first is told, with where to look. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Launch, OnExit, Processes } from './processes.ts';
import { type Ending, ready } from './ready.ts';

let folder: string;
let launch: Launch;
let say: (text: string) => void;
let exit: OnExit;
let endings: Ending[];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  folder = mkdtempSync(join(tmpdir(), 'ready-'));
  launch = { id: 'target', command: 'target', args: [], log: join(folder, 'target.log') };
  endings = [];
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

/** Starts nothing: the test speaks for the process. */
const processes = {
  start: (_: Launch, onLine: (text: string) => void, onExit: OnExit) => {
    [say, exit] = [onLine, onExit];
  },
} as Processes;

function starting(): Promise<unknown> {
  const started = ready(processes, launch, 'the target', 30_000, (one) => endings.push(one));
  started.catch(() => {});
  return started;
}

const inLog = (): unknown => expect.stringMatching(/^see ready-\w+\/target.log in the run dir/);

it('is what its first line says, and the next ones are nothing', async () => {
  const started = starting();
  say('{"port":1883}');
  say('{"port":1}');
  vi.advanceTimersByTime(60_000);
  expect(await started).toEqual({ port: 1883 });
  expect(endings).toEqual([]);
});

it('cannot be read from a line that is no JSON', async () => {
  const started = starting();
  say('hello');
  await expect(started).rejects.toMatchObject({ message: "the target said 'hello'" });
});

it('is not waited for longer than it may take', async () => {
  const started = starting();
  vi.advanceTimersByTime(30_000);
  say('{"port":1883}');
  exit('ended with 0', null, 0);
  await expect(started).rejects.toMatchObject({
    message: 'the target did not start: no answer within 30 s',
    remedy: inLog(),
  });
});

it('cannot be who ends before, and says why by its last words', async () => {
  const started = starting();
  writeFileSync(launch.log, 'target: the port is taken\n');
  exit('ended with 1', null, 1);
  vi.advanceTimersByTime(60_000);
  await expect(started).rejects.toMatchObject({
    message: 'the target did not start: ended with 1: the port is taken',
    remedy: inLog(),
  });
  expect(endings).toEqual([]);
});

it.each([
  ['gives up', 'out of ink\n', ['ended with 3', null, 3], 'out of ink'],
  ['gives up without a word', '', ['ended with 3', null, 3], 'the target ended with 3'],
  ['goes in good order', 'bye\n', ['ended with 0', null, 0], null],
  ['is ended', 'bye\n', ['ended with SIGKILL', 'SIGKILL', null], null],
] as const)('later tells of who %s', (_, words, [why, signal, code], gaveUp) => {
  void starting();
  say('{}');
  writeFileSync(launch.log, words);
  exit(why, signal, code);
  const said = words === '' ? why : `${why}: ${words.trim()}`;
  const whole = expect.stringMatching(`^${said}; see ready-\\w+/target.log$`);
  expect(endings).toEqual([{ why: whole, gaveUp }]);
});
