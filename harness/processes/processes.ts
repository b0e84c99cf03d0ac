/**
 * The runner's side of the warden: start a process, hear what it says, kill it, start it again. If
 * the warden itself dies, the runner heals in its place and the run is a harness fault.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WorldError } from '#kernel';
import {
  killWithChildren,
  type RegisteredRun,
  registryFileOf,
  removeFromRegistry,
  writeToRegistry,
} from './registry.ts';
import { logOf } from './remote.ts';
import { mayBeTriedAgain } from './undo-code.ts';
import type { WardenNews, WardenOrder } from './warden.ts';

export interface Launch {
  id: string;
  command: string;
  args: string[];
  log: string;
  /** Written to its standard input at once. */
  input?: string;
  /** Beside what the run has. */
  env?: Readonly<Record<string, string>>;
  /** It starts others, which end with it. */
  hasChildren?: boolean;
}

/** How often the lease is renewed; the warden waits for many of these. */
const BEAT_MS = 1000;

/** Why in words, and by what signal if by one, or with what code. */
export type OnExit = (why: string, signal: string | null, code: number | null) => void;

interface Child {
  pid: number;
  onLine(text: string): void;
  onExit: OnExit;
  gone: PromiseWithResolvers<void>;
}

const KILL_MS = 5000;
/** With the kill that may follow it lies below the bound of a way back. */
const STOP_MS = 3000;
/** The warden gives each child a moment, and each command of the undo log its own time. */
const END_MS = 15_000;
const UNDO_MS = 10_000;
const HEAL = 'run twinstorm heal';

export class Processes {
  readonly #warden: ChildProcess;
  readonly #children = new Map<string, Child>();
  readonly #entry: RegisteredRun;
  readonly #undo = new Map<string, string>();
  #ending = false;
  #isListed = true;
  /** Until what a lost warden should have taken back is taken back. */
  #healed: Promise<void> | null = null;
  readonly #beating: NodeJS.Timeout;
  /** Called when the warden is gone although nobody ended it. */
  onWardenLost: () => void = () => {};

  constructor(run: string, directory: string, log: string, startedAt: string) {
    const entry = { run, directory, runner: process.pid, startedAt, processes: {}, undo: [] };
    const here = import.meta.url;
    const main = fileURLToPath(new URL(`./warden.${here.endsWith('.ts') ? 'ts' : 'js'}`, here));
    // Before anything is started: a list that cannot be written must leave nothing running.
    writeToRegistry({ ...entry, warden: 0 });
    this.#warden = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      detached: true,
      stdio: ['pipe', 'pipe', openSync(log, 'a')],
    });
    this.#entry = { ...entry, warden: this.#warden.pid ?? 0 };
    this.#beating = setInterval(() => this.#order({ kind: 'beat' }), BEAT_MS).unref();
    this.#warden.stdin?.on('error', () => {});
    if (this.#warden.stdout !== null) {
      createInterface({ input: this.#warden.stdout }).on('line', (line) =>
        this.#hear(JSON.parse(line) as WardenNews),
      );
    }
    this.#warden.on('exit', () => {
      if (this.#ending) return;
      this.#healed = this.#heal();
      this.onWardenLost();
    });
    this.#list();
    this.#order({ kind: 'registry', file: registryFileOf(run) });
  }

  get wardenPid(): number {
    return this.#entry.warden;
  }

  /** Starts a process; the promise is its pid. Lines of its standard output go to `onLine`. */
  start(launch: Launch, onLine: (text: string) => void, onExit: OnExit): void {
    this.#children.set(launch.id, {
      pid: 0,
      onLine,
      onExit,
      gone: Promise.withResolvers(),
    });
    this.#order({ kind: 'spawn', ...launch });
  }

  pidOf(id: string): number {
    return this.#children.get(id)?.pid ?? 0;
  }

  /** Resolves when the process is seen gone; one that lives on has not been killed. */
  async kill(id: string, signal: NodeJS.Signals, boundMs = KILL_MS): Promise<void> {
    if (await this.#endedBy(signal, id, boundMs)) return;
    throw new WorldError('component', `${id} got ${signal} and did not end`, logOf(id));
  }

  /** Has it stand still, or go on; it lives on either way. */
  signal(id: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#order({ kind: 'kill', id, signal });
  }

  /** It is asked to go by itself first; one that will not is killed. */
  async stop(id: string, graceMs = STOP_MS): Promise<void> {
    if (!(await this.#endedBy('SIGTERM', id, graceMs))) await this.kill(id, 'SIGKILL');
  }

  /** What the warden must run in a shell if the runner dies now; null takes it off the log. */
  undo(id: string, shell: string | null): void {
    if (shell === null) this.#undo.delete(id);
    else this.#undo.set(id, shell);
    this.#entry.undo = [...this.#undo.values()];
    this.#order({ kind: 'undo', id, shell });
    this.#list();
  }

  /** Ends everything that was started. */
  async end(): Promise<void> {
    await this.#healed;
    if (this.#ending) return;
    this.#ending = true;
    clearInterval(this.#beating);
    if (this.#warden.exitCode !== null || this.#warden.signalCode !== null) return;
    const gone = new Promise<boolean>((resolve) => this.#warden.on('exit', () => resolve(true)));
    this.#order({ kind: 'end' });
    const boundMs = END_MS + this.#undo.size * UNDO_MS;
    if (!(await Promise.race([gone, pause(boundMs)]))) {
      // It stays on the list of runs, so that it can still be healed.
      throw new WorldError('warden', 'the warden of this run does not end', HEAL);
    }
    // One that was killed on the way out is no word of anything being left.
    if ((this.#warden.exitCode ?? 0) !== 0) {
      const message = 'not all that was done outside this run could be taken back';
      throw new WorldError('warden', message, HEAL);
    }
    this.#unlist();
  }

  #hear(news: WardenNews): void {
    const child = this.#children.get(news.id);
    if (child === undefined) return;
    if (news.kind === 'spawned') {
      child.pid = news.pid;
      this.#entry.processes[news.id] = news.pid;
      this.#list();
    } else if (news.kind === 'line') {
      child.onLine(news.text);
    } else {
      delete this.#entry.processes[news.id];
      child.gone.resolve();
      const why = news.error ?? `ended with ${news.signal ?? news.code}`;
      child.onExit(why, news.signal, news.code);
    }
  }

  /** Without a warden, its duties are ours. */
  async #heal(): Promise<void> {
    for (const pid of Object.values(this.#entry.processes)) {
      killWithChildren(pid);
    }
    for (const child of this.#children.values()) {
      child.gone.resolve();
    }
    let isHealed = true;
    for (const shell of [...this.#undo.values()].reverse()) {
      // On its own feet, so that it comes to its end should we be killed as well.
      const undo = spawn('sh', ['-c', shell], { stdio: 'ignore', detached: true });
      const done = new Promise<number | null>((resolve) => {
        undo.on('exit', resolve).on('error', () => resolve(null));
      });
      const late = pause(UNDO_MS).then(() => undefined);
      if (mayBeTriedAgain(await Promise.race([done, late]))) isHealed = false;
    }
    if (isHealed) this.#unlist();
  }

  #list(): void {
    if (this.#isListed) writeToRegistry(this.#entry);
  }

  /** For good: what is taken back later must not bring it onto the list again. */
  #unlist(): void {
    this.#isListed = false;
    removeFromRegistry(registryFileOf(this.#entry.run));
  }

  /** Whether a signal ended it within the bound. */
  async #endedBy(signal: NodeJS.Signals, id: string, boundMs: number): Promise<boolean> {
    const child = this.#children.get(id);
    if (child === undefined) return true;
    // Whoever has ended already is nobody to the warden.
    this.#order({ kind: 'kill', id, signal });
    const gone = child.gone.promise.then(() => true);
    return Promise.race([gone, pause(boundMs)]);
  }

  #order(order: WardenOrder): void {
    this.#warden.stdin?.write(`${JSON.stringify(order)}\n`);
  }
}

/** False when so much time has passed; it holds no process up. */
const pause = (ms: number): Promise<false> =>
  new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
