/** A run that goes on keeps its directory; one that is over, or a number used again, does not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it } from 'vitest';
import { RunDirectory } from '../record/run-directory.ts';
import { commandLineOf } from './command-line.ts';
import { HOLDER, hold, refuseHeld } from './holding.ts';

const directory = new RunDirectory(mkdtempSync(join(tmpdir(), 'twinstorm-held-')));
const living: ChildProcess[] = [];
afterEach(() => {
  for (const child of living.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(directory.path, { recursive: true, force: true }));

/** It says when it has begun: until then its command line is still that of who started it. */
async function somebody(): Promise<number> {
  const script = 'console.log(1); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  living.push(child);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child.pid ?? Number.NaN;
}

const heldBy = (holder: unknown) => directory.writeText(HOLDER, JSON.stringify(holder));
const asked = () => refuseHeld(directory);

it('is refused while who leads the run lives, with its number and what to do', async () => {
  const runner = await somebody();
  heldBy({ runner, command: commandLineOf(runner), run: 'abc', warden: 1 });
  const told = expect.objectContaining({
    message: expect.stringMatching(`still goes on, process ${runner}$`),
    hint: expect.stringContaining(`kill -INT ${runner}`),
  });
  expect(asked).toThrow(expect.objectContaining({ problems: [told] }));
});

it('is not refused where its number is another program by now, or nobody', async () => {
  const runner = await somebody();
  heldBy({ runner, command: 'node twinstorm run' });
  expect(asked).not.toThrow();
  const gone = new Promise((resolve) => living[0]?.once('exit', resolve));
  const command = commandLineOf(runner);
  process.kill(runner, 'SIGKILL');
  await gone;
  heldBy({ runner, command });
  expect(asked).not.toThrow();
});

it.each([null, 7, {}, { runner: 'x' }, { runner: process.ppid }, { runner: -1, command: '' }])(
  'takes %j for no word of a run',
  (said) => {
    heldBy(said);
    expect(asked).not.toThrow();
  },
);

it('holds it until it lets go, and is not in its own way', () => {
  directory.remove(HOLDER);
  expect(asked).not.toThrow();
  const letGo = hold(directory);
  expect(directory.readJson(HOLDER)).toEqual({
    runner: process.pid,
    command: commandLineOf(process.pid),
  });
  expect(asked).not.toThrow();
  letGo();
  expect(directory.readText(HOLDER)).toBe(null);
});
