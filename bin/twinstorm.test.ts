import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** What stands in for the product: says what it got, then ends as its first argument says. */
const MAIN = `
export async function main(argv) {
  const [task] = argv;
  const ended = task === 'wait' ? signalled() : Number(task);
  const env = process.env.TWINSTORM_NODE_REPLACED ?? null;
  const cache = process.env.NODE_COMPILE_CACHE ?? null;
  process.stdout.write(JSON.stringify({ argv, pid: process.pid, env, cache }));
  if (task === 'throw') throw new Error('broken main');
  if (task === 'lacks') await import('no-such-package');
  if (task === 'warn') process.emitWarning('new here', 'ExperimentalWarning');
  if (task === 'warn') process.emitWarning('look out', 'Warning');
  return ended;
}
function signalled() {
  const alive = setInterval(() => {}, 1000);
  return new Promise((resolve) => {
    process.on('SIGINT', () => resolve(130));
    process.on('SIGTERM', () => resolve(99));
  }).finally(() => clearInterval(alive));
}`;
/** Makes a Node believe that it is version 20, and its children not. */
const OLD = `
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });
Object.defineProperty(process, 'version', { value: 'v20.20.2' });`;

let folder = '';
let started: ChildProcess[] = [];
const at = (...path: string[]): string => join(folder, ...path);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bin-'));
  mkdirSync(at('bin'));
  cpSync(fileURLToPath(new URL('twinstorm.js', import.meta.url)), at('bin/twinstorm.js'));
  writeFileSync(at('package.json'), '{ "type": "module" }');
  writeFileSync(at('old.cjs'), OLD);
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
  rmSync(folder, { recursive: true });
});

function plant(where: 'clone' | 'package'): void {
  const path = where === 'clone' ? 'harness/cli' : 'dist/harness/cli';
  mkdirSync(at(path), { recursive: true });
  writeFileSync(at(path, where === 'clone' ? 'main.ts' : 'main.js'), MAIN);
}

function bringNode(): void {
  mkdirSync(at('node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, at('node_modules/.bin/node'));
}

const line = (old: boolean, ...args: string[]): string[] => [
  ...(old ? ['--require', at('old.cjs')] : []),
  at('bin/twinstorm.js'),
  ...args,
];
const run = (old: boolean, ...args: string[]) =>
  spawnSync(process.execPath, line(old, ...args), { encoding: 'utf8' });

/** As on a machine where nobody has said anything of Node's cache. */
function runFresh(env: NodeJS.ProcessEnv) {
  const { NODE_COMPILE_CACHE: _, ...others } = process.env;
  mkdirSync(at('tmp'));
  const options = { encoding: 'utf8', env: { ...others, TMPDIR: at('tmp'), ...env } } as const;
  return spawnSync(process.execPath, line(false, '0'), options);
}

async function open(): Promise<{ outer: ChildProcess; pid: number }> {
  const outer = spawn(process.execPath, line(true, 'wait'), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(outer);
  const [said] = (await once(outer.stdout, 'data')) as [Buffer];
  return { outer, pid: (JSON.parse(said.toString()) as { pid: number }).pid };
}

describe('the twinstorm command', () => {
  it.each(['clone', 'package'] as const)('runs the code of a %s', (where) => {
    plant(where);
    const { status, stdout } = run(false, '3', '--set', 'a=b c');
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ argv: ['3', '--set', 'a=b c'], env: null });
  });

  it('shows warnings, but not that Node calls its own parts experimental', () => {
    plant('clone');
    const { stderr } = run(false, 'warn');
    expect(stderr).toContain('look out');
    expect(stderr).not.toContain('new here');
  });

  it('keeps what it compiled, for itself and for what it starts', () => {
    plant('clone');
    const { cache } = JSON.parse(runFresh({}).stdout) as { cache: string };
    expect(cache).toContain(at('tmp'));
    expect(readdirSync(cache)).not.toEqual([]);
  });

  it('keeps nothing where Node may not', () => {
    plant('clone');
    const { stdout } = runFresh({ NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(JSON.parse(stdout)).toMatchObject({ cache: null });
    expect(readdirSync(at('tmp'))).toEqual([]);
  });

  it('says that it was stopped while it loads', async () => {
    plant('clone');
    const never = "process.stdout.write('loads'); await new Promise((r) => setTimeout(r, 1e8));";
    writeFileSync(at('harness/cli/main.ts'), `${never}${MAIN}`);
    const child = spawn(process.execPath, line(false, '0'));
    started.push(child);
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect([await once(child, 'close'), said]).toEqual([
      [130, null],
      'stopped by hand before anything began\n',
    ]);
  });

  it('never ends with success when the product breaks', () => {
    plant('clone');
    const { status, stderr } = run(false, 'throw');
    expect(status).toBe(4);
    expect(stderr).toContain('broken main');
  });

  it('names the remedy when a package is missing', () => {
    plant('clone');
    const { status, stderr } = run(false, 'lacks');
    expect(status).toBe(4);
    expect(stderr).toMatch(/^twinstorm: not completely installed, run `npm ci`: .*no-such-package/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('replaces an old Node inside a clone, and passes everything through', () => {
    plant('clone');
    bringNode();
    const { status, stdout, stderr } = run(true, '2', 'x');
    expect(stderr).toBe('');
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ argv: ['2', 'x'], env: null });
  });

  it.each([
    ['a clone without packages', 'clone', /needs Node 22.18.*v20.20.2.*npm ci/s],
    ['a package', 'package', /needs Node 22.18.*v20.20.2.*Install Node 24/s],
  ] as const)('says kindly that Node is too old in %s', (_, where, words) => {
    plant(where);
    if (where === 'package') bringNode();
    const { status, stdout, stderr } = run(true, '0');
    expect(status).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('does not trust a Node that does not run or is old itself', () => {
    plant('clone');
    mkdirSync(at('node_modules/.bin'), { recursive: true });
    for (const script of ['#!/bin/sh\necho v18.0.0\n', '#!/bin/sh\nexit 1\n']) {
      rmSync(at('node_modules/.bin/node'), { force: true });
      writeFileSync(at('node_modules/.bin/node'), script, { mode: 0o755 });
      expect(run(true, '0').status).toBe(4);
    }
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 99],
  ] as const)('passes %s on and waits for the end', async (signal, expected) => {
    plant('clone');
    bringNode();
    const { outer } = await open();
    outer.kill(signal);
    const [code] = (await once(outer, 'exit')) as [number];
    expect(code).toBe(expected);
  });

  it('does not outlive the process that was killed in its place', async () => {
    plant('clone');
    bringNode();
    const { outer, pid } = await open();
    outer.kill('SIGKILL');
    while (isAlive(pid)) await pause(20);
    expect(isAlive(pid)).toBe(false);
  });
});

/** A killed orphan may stay a zombie where nobody reaps it; that is dead enough. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return (
      !existsSync(`/proc/${pid}/stat`) || !/[)] Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    );
  } catch {
    return false;
  }
}
