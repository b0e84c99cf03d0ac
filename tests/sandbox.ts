/**
 * The `twinstorm` command as a stranger meets it: a process of its own, in an empty folder, with a
 * temporary folder and a registry of runs of its own. Every process that descends from it carries a
 * mark in its environment, so a test can say "nothing of ours is left" without guessing by name and
 * without seeing what others run on this machine.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Plan, WorldError } from '#kernel';
import type { Result } from '#reports';
import { spoiltBy } from './spoilt.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const COMMAND = join(ROOT, 'bin', 'twinstorm.js');
const MARK = 'TWINSTORM_TEST_MARK';
/**
 * Compiling is most of the start of a process; sandboxes share its result as two runs of a user
 * would.
 */
const COMPILE_CACHE = 'twinstorm-compile-cache';

const TURNS_MAX = 3;

export interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** A command that is under way. */
export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  stderr(): string;
}

/** One line of `twinstorm ledger`. */
export interface LedgerLine {
  t: number;
  op: string;
  device?: string;
  stream?: string;
  n?: number;
  intended?: number;
  hash?: string;
  [field: string]: unknown;
}

export class Sandbox {
  readonly folder: string;
  readonly #mark = randomUUID();
  readonly #env: Record<string, string | undefined>;

  constructor() {
    // Short, since a Unix socket's path is bounded and lies below it.
    this.folder = mkdtempSync(join(tmpdir(), 'e2e-'));
    mkdirSync(this.path('tmp'));
    const cache = join(tmpdir(), COMPILE_CACHE);
    mkdirSync(cache, { recursive: true });
    const { VITEST: _, NODE_OPTIONS: __, ...outside } = process.env;
    this.#env = {
      ...outside,
      [MARK]: this.#mark,
      TMPDIR: this.path('tmp'),
      XDG_STATE_HOME: this.path('state'),
      NODE_COMPILE_CACHE: cache,
      NO_COLOR: '1',
      // What is installed must change no test; one that means another says so itself.
      TWINSTORM_PROXY: 'embedded',
    };
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** Writes a file below the folder and gives back its name as a person would type it. */
  write(name: string, text: string): string {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), text);
    return name;
  }

  /** A scenario of the library, as a file of this folder. */
  library(name: string): string {
    cpSync(join(ROOT, 'scenarios', 'library', `${name}.yaml`), this.path(`${name}.yaml`));
    return `${name}.yaml`;
  }

  start(args: readonly string[]): Running {
    return this.startNode([COMMAND, ...args]);
  }

  /** In a process group of its own, as a terminal starts a command. */
  startInGroup(args: readonly string[]): Running {
    return this.startNode([COMMAND, ...args], {}, true);
  }

  /** Any other script, with the same mark on it; a pipe to it stays open until it ends. */
  startNode(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    detached = false,
    stdin: 'ignore' | 'pipe' = 'ignore',
  ): Running {
    return this.#spawn(process.execPath, args, { env, detached, stdin, cwd: this.folder });
  }

  /** A line as a person types or pastes it, in a folder of the sandbox. */
  shell(line: string, ...folder: string[]): Promise<Ended> {
    const script = `twinstorm() { '${process.execPath}' '${COMMAND}' "$@"; }\n${line}`;
    return this.#spawn('sh', ['-c', script], { cwd: this.path(...folder) }).ended;
  }

  #spawn(
    command: string,
    args: readonly string[],
    {
      env = {},
      stdin = 'ignore',
      ...options
    }: {
      env?: Readonly<Record<string, string>>;
      stdin?: 'ignore' | 'pipe';
      detached?: boolean;
      cwd: string;
    },
  ): Running {
    const child = spawn(command, args, {
      ...options,
      env: { ...this.#env, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
    });
    return { child, ended, stderr: () => stderr };
  }

  run(...args: string[]): Promise<Ended> {
    return this.start(args).ended;
  }

  /**
   * Runs a scenario into a directory; the exit code must be the expected one, or what was said is
   * shown.
   */
  async judged(code: number, out: string, ...args: string[]): Promise<Result> {
    const ended = await this.run('run', ...args, '--out', out, '--quiet', '--force');
    expect(ended.code, `${args.join(' ')}\n${ended.stderr}\n${ended.stdout}`).toBe(code);
    return this.result(out);
  }

  /**
   * Runs a command into a directory whose name it gives, and must pass. A machine that holds us up
   * makes a run invalid; that proves nothing, and is tried again, aloud.
   */
  async unspoilt(out: string, ...args: string[]): Promise<string> {
    for (let turn = 1; ; turn++) {
      const into = `${out}-${turn}`;
      if (!(await this.#spoilt(into, args, turn < TURNS_MAX))) return into;
    }
  }

  /** The same, once: for who asks what became of the messages and not for the verdict. */
  async unaccused(out: string, ...args: string[]): Promise<string> {
    await this.#spoilt(out, args, true);
    return out;
  }

  /** False when it passed; true, aloud, where the machine held it up and that may be. */
  async #spoilt(out: string, args: readonly string[], maybe: boolean): Promise<boolean> {
    const { code, stdout, stderr } = await this.run(...args, '--out', out, '--quiet');
    const judged = code !== 0 && existsSync(this.path(out, 'result.json'));
    const why = judged && maybe ? spoiltBy(this.result(out)) : null;
    if (why === null) expect(code, `${args.join(' ')}\n${stderr}\n${stdout}`).toBe(0);
    else process.stderr.write(`spoilt: ${args.join(' ')}, into ${out}: ${why}\n`);
    return why !== null;
  }

  result(out: string): Result {
    return this.json(out, 'result.json') as Result;
  }

  /** How often the planted bug did its harm. */
  fired(out: string): number {
    return (this.json(out, 'environment.json') as { mutantFired: number }).mutantFired;
  }

  plan(out: string): Plan {
    return this.json(out, 'plan.json') as Plan;
  }

  json(...parts: string[]): unknown {
    return JSON.parse(readFileSync(this.path(...parts), 'utf8'));
  }

  async ledger(out: string, ...flags: string[]): Promise<LedgerLine[]> {
    const { code, stdout, stderr } = await this.run('ledger', out, ...flags);
    if (code !== 0) throw new WorldError('ledger', stderr);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LedgerLine);
  }

  /** Every file below a run directory that must be byte-equal from run to run in sim, by name. */
  bytes(out: string, names: readonly string[]): Record<string, Buffer> {
    return Object.fromEntries(names.map((name) => [name, readFileSync(this.path(out, name))]));
  }

  segments(out: string): string[] {
    return readdirSync(this.path(out, 'ledger'))
      .sort()
      .map((file) => join('ledger', file));
  }

  /** Living processes that descend from commands of this sandbox, with what they are. */
  processes(): { pid: number; what: string }[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(this.#mark)) return [];
          if (/[)] [ZX]/.test(readFileSync(`/proc/${name}/stat`, 'utf8'))) return [];
          const what = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
          return [{ pid: Number(name), what }];
        } catch {
          return [];
        }
      });
  }

  /** The process whose command line holds `text`; waits for it to come up. */
  async processOf(text: string): Promise<number> {
    for (;;) {
      const found = this.processes().find(({ what }) => what.includes(text));
      if (found !== undefined) return found.pid;
      await pause(20);
    }
  }

  /** Files of ours that a finished command must not leave: control sockets and registry entries. */
  litter(): string[] {
    const sockets = readdirSync(this.path('tmp'));
    const runs = this.path('state', 'twinstorm', 'runs');
    return [...sockets, ...(existsSync(runs) ? readdirSync(runs) : [])];
  }

  /** Nothing is left: no process, no socket folder, no registry entry. */
  expectClean(): void {
    expect(this.processes()).toEqual([]);
    expect(this.litter()).toEqual([]);
  }

  /** Resolves with the seconds it took until no process of this sandbox lived. */
  async vanished(): Promise<number> {
    const from = performance.now();
    while (this.processes().length > 0) await pause(20);
    return (performance.now() - from) / 1000;
  }

  /** Waits for an entry of a ledger that is being written. */
  async until(out: string, holds: (line: LedgerLine) => boolean): Promise<void> {
    for (;;) {
      if (existsSync(this.path(out, 'plan.json'))) {
        const lines = await this.ledger(out).catch(() => []);
        if (lines.some(holds)) return;
      }
      await pause(50);
    }
  }

  close(): void {
    for (const { pid } of this.processes()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has gone by itself.
      }
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
