/**
 * A copy of the house in which faults are planted, one at a time, and tests are run. The house
 * itself is never touched, so that one may go on working in it.
 */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { ROOT } from '../../tools/house.ts';
import { type Fault, withFault } from './mutants.ts';

const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'out', 'coverage']);

/** A run of tests that takes so much longer than it does without a fault hangs. */
const PATIENCE = { times: 5, leastMs: 60_000 };

export type Outcome = 'passed' | 'failed' | 'hung' | 'stopped';

export class MutationGround {
  readonly #folder = mkdtempSync(join(tmpdir(), 'twinstorm-mutation-'));
  /** How long each stage takes without a fault. */
  readonly #honest = new Map<string, number>();

  constructor() {
    cpSync(ROOT, this.#folder, {
      recursive: true,
      filter: (from) => !LEFT_OUT.has(basename(from)),
    });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  /** Null when the tests hold without any fault, else what they say: they could not judge one. */
  async warmUp(tests: readonly string[], signal: AbortSignal): Promise<string | null> {
    const key = tests.join(' ');
    if (this.#honest.has(key)) return null;
    const began = performance.now();
    const { outcome, said } = await this.#test(tests, 30 * 60_000, signal);
    if (outcome === 'stopped') return null;
    if (outcome !== 'passed') return `${key} fails without a fault:\n${said.slice(-2000)}`;
    this.#honest.set(key, performance.now() - began);
    return null;
  }

  /** What comes of the tests while the fault is there. */
  async tryOn(fault: Fault, tests: readonly string[], signal: AbortSignal): Promise<Outcome> {
    const path = join(this.#folder, fault.file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, withFault(text, fault));
    try {
      const honest = this.#honest.get(tests.join(' ')) ?? 0;
      const limit = Math.max(PATIENCE.leastMs, honest * PATIENCE.times);
      return (await this.#test(tests, limit, signal)).outcome;
    } finally {
      writeFileSync(path, text);
    }
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #test(
    tests: readonly string[],
    limitMs: number,
    signal: AbortSignal,
  ): Promise<{ outcome: Outcome; said: string }> {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--reporter=dot', ...tests];
    // A group of its own, so that whatever the tests have started goes with them.
    const child = spawn(process.execPath, args, {
      cwd: this.#folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = (): void => {
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    let said = '';
    let outcome: Outcome | null = null;
    const keep = (text: string): void => {
      said = (said + text).slice(-10_000);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const timer = setTimeout(() => {
      outcome = 'hung';
      end();
    }, limitMs);
    const stop = (): void => {
      outcome = 'stopped';
      end();
    };
    signal.addEventListener('abort', stop, { once: true });
    return new Promise((resolve) => {
      child.on('close', (code) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        end();
        resolve({ outcome: outcome ?? (code === 0 ? 'passed' : 'failed'), said });
      });
    });
  }
}
