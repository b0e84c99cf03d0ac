/**
 * The commands of a scenario around a run. Those before it must succeed, or there is no run; those
 * after it run on every way out, by the warden where we are gone ourselves. One that fails is told
 * with what it printed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { formatDuration, type HooksPlan, WorldError } from '#kernel';
import { inFolder } from '../../targets/obey.ts';
import type { RealRun } from './real-run.ts';

const HOOK_MS = 300_000;
/** What is kept of what it prints, its end. */
const SAID_MAX = 2000;
/** The warden gives each command of its undo log less than that. */
const AFTER_MS = 60_000;

export class Hooks {
  readonly #run: RealRun;
  readonly #hooks: HooksPlan;
  #failure: WorldError | null = null;
  #running: ChildProcess | null = null;
  #isOver = false;

  constructor(run: RealRun) {
    this.#run = run;
    this.#hooks = run.plan.hooks ?? { before: [], after: [] };
    const { after } = this.#hooks;
    if (run.plan.hooks === undefined) return;
    run.undo.register('the commands after the run', () => this.#after(), AFTER_MS);
    const left = after.map((shell) => inFolder(run.request.base, this.#named(shell))).join('; ');
    if (left !== '') run.processes.undo('after', left);
  }

  async before(): Promise<void> {
    for (const shell of this.#hooks.before) {
      if (this.#isOver) return;
      this.#run.request.say(`before the run: ${shell}`);
      const failure = await this.#obey('before', shell, HOOK_MS);
      if (failure !== null) throw failure;
    }
  }

  /** To be asked when all is taken back: a world that was not left in order is told as such. */
  refuseFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /** Each of them, also when one fails. */
  async #after(): Promise<void> {
    this.#isOver = true;
    if (this.#running !== null) endGroup(this.#running);
    for (const shell of this.#hooks.after) {
      this.#run.request.say(`after the run: ${shell}`);
      const failure = await this.#obey('after', shell, AFTER_MS);
      if (failure === null) continue;
      this.#failure ??= failure;
      this.#run.ledger.write('note', { text: failure.message.slice(0, 400) });
    }
    this.#run.processes.undo('after', null);
  }

  /** A command may want to know which run it is. */
  #named(shell: string): string {
    return `export TWINSTORM_RUN=${this.#run.id}; ${shell}`;
  }

  #obey(when: 'before' | 'after', shell: string, boundMs: number): Promise<WorldError | null> {
    return new Promise((resolve) => {
      const child = spawn('sh', ['-c', this.#named(shell)], {
        cwd: this.#run.request.base,
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      this.#running = child;
      let said = '';
      const hear = (text: string): void => {
        said = `${said}${text}`.slice(-SAID_MAX);
      };
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', hear);
      const end = (why: string | null): void => {
        clearTimeout(timer);
        this.#running = null;
        // What it left in the background may hold them open for ever.
        for (const stream of [child.stdout, child.stderr]) stream.destroy();
        resolve(why === null ? null : failed(when, shell, why, said));
      };
      const timer = setTimeout(() => {
        endGroup(child);
        end(`did not end within ${formatDuration(boundMs)}`);
      }, boundMs);
      child.on('error', (error) => end(error.message));
      child.on('exit', (code, signal) => {
        // What it printed last may still be on its way.
        setTimeout(() => end(code === 0 ? null : `ended with ${signal ?? code}`), LAST_WORDS_MS);
      });
    });
  }
}

const LAST_WORDS_MS = 50;

const failed = (when: string, shell: string, why: string, said: string): WorldError =>
  new WorldError(
    'hook',
    `the command ${when} the run (${shell}) ${why}`,
    said.trim() === '' ? 'it printed nothing' : `it printed: ${said.trim()}`,
  );

/** It leads a group of its own. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has gone by itself.
  }
}
