/**
 * One script of load as a k6 of its own: started when its phase begins, over before the drain. Its
 * code says how it ended; what it wrote is read afterwards.
 */
import { readFileSync } from 'node:fs';
import { K6_CROSSED, type LoadEntry, WorldError } from '#kernel';
import { lastWords } from '../../../processes/last-words.ts';
import type { Processes } from '../../../processes/processes.ts';
import type { RunDirectory } from '../../../record/run-directory.ts';
import {
  type FoundK6,
  K6_SETTINGS,
  type Thresholds,
  wordsOf,
} from '../../../targets/components/k6.ts';

const PASSED = 0;
/** When it is told to end. */
const TOLD = 105;
/** When a script has marked its own run as failed. */
const MARKED = 110;
/** From being told to its end: its users have a moment for a goodbye. */
const GRACE_MS = 6000;

export interface Prepared {
  entry: LoadEntry;
  /** Where it lies. */
  script: string;
  thresholds: Thresholds;
}

export interface AroundK6 {
  k6: FoundK6;
  processes: Processes;
  directory: RunDirectory;
  /** It is gone, and there is no run without it. */
  onLost(error: WorldError): void;
}

/** In the run directory. */
export const K6_FOLDER = 'k6';

export class K6Process {
  readonly prepared: Prepared;
  readonly #around: AroundK6;
  /** With what it ended in good order; null before that. */
  code: number | null = null;
  #started = false;
  #told = false;

  constructor(prepared: Prepared, around: AroundK6) {
    this.prepared = prepared;
    this.#around = around;
  }

  get id(): string {
    return this.prepared.entry.id;
  }

  /** Its samples, its summary, and what it is told of its users. */
  file(end: 'ndjson' | 'json' | 'users.json'): string {
    return this.#around.directory.file(`${K6_FOLDER}/${this.id}.${end}`);
  }

  start(forMs: number): void {
    if (this.#told) return;
    const { processes, directory, k6 } = this.#around;
    const { entry, script } = this.prepared;
    const log = directory.file(`log/${this.#name}.log`);
    const variables = { ...entry.load.env, TWINSTORM_USERS: this.file('users.json') };
    this.#started = true;
    const args = [
      ...[...K6_SETTINGS, k6.path, 'run', '--quiet', '--no-color', '--address='],
      ...['--vus', String(entry.load.vus), '--duration', `${Math.ceil(forMs)}ms`],
      ...['--out', `json=${this.file('ndjson')}`, '--summary-export', this.file('json')],
      ...Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
      script,
    ];
    processes.start({ id: this.#name, command: 'env', args, log }, noWords, (why, _, code) =>
      this.#over(why, code, log),
    );
  }

  /** It is gone by then; one that never began does not begin any more. */
  async stop(): Promise<void> {
    this.#told = true;
    if (this.#started) await this.#around.processes.stop(this.#name, GRACE_MS);
  }

  get #name(): string {
    return `k6-${this.id}`;
  }

  #over(why: string, code: number | null, log: string): void {
    const isGood = code === PASSED || code === K6_CROSSED || code === MARKED;
    if (isGood || (this.#told && code === TOLD)) {
      this.code = code;
      return;
    }
    const said = wordsOf(textOf(log)) || lastWords(log);
    const message = `k6 ${why} in the middle of the load ${this.id}${said && `: ${said}`}`;
    const hint = `see log/${this.#name}.log in the run directory`;
    this.#around.onLost(new WorldError('k6', message, hint));
  }
}

const noWords = (): void => {};

function textOf(log: string): string {
  try {
    return readFileSync(log, 'utf8');
  } catch {
    return '';
  }
}
