/** Random histories and inputs as cases: so many of them make a batch, which is one line known. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Finding, ProvingCase } from './case.ts';
import type { Ground } from './ground.ts';
import type { Options } from './options.ts';
import { quoted } from './run-scenario.ts';
import { fuzzesIn } from './sources.ts';

/** Few enough to be done in seconds, many enough to be worth a line. */
const BATCH = 100;
/** A batch takes seconds; one that takes so long hangs. */
const DEADLINE_MS = 10 * 60_000;

export interface BatchGround {
  plugins: readonly string[];
  fuzz: readonly string[];
}

export type Order = { number: number; count: number } & (
  | { sort: 'histories'; file: string }
  | { sort: 'fuzz'; parser: string }
);

export interface Answer {
  wrong: string | null;
  /** Of the history that is told. */
  number?: number;
}

/** A batch of histories begins at its number; one of inputs is drawn from its number. */
export async function batchCases(ground: Ground, options: Options): Promise<ProvingCase[]> {
  const threads = new Threads(ground);
  const { from } = options;
  const flags = options.plugins.map((file) => ` --plugin ${quoted(file)}`).join('');
  const again = (words: string): string => `node bench/proving-ground.ts${flags} ${words}`;
  const histories = ground.histories.flatMap(({ oracle, file }) => {
    const over = ground.digest(readFileSync(file, 'utf8'));
    return sizes(options.histories).map((count, k): ProvingCase => {
      const number = from + k * BATCH;
      const only = `--only histories --oracles ${oracle}`;
      return {
        ...{ sort: 'histories', of: oracle, over, id: `histories/${oracle}/${number}+${count}` },
        again: again(`${only} --from ${number} --histories ${count}`),
        prove: (signal) => threads.prove({ sort: 'histories', file, number, count }, signal),
      };
    });
  });
  const parsers = await fuzzesIn(ground.fuzz, ground.catalog);
  const over = ground.digest(...ground.fuzz.map((file) => readFileSync(file, 'utf8')));
  const fuzz = parsers
    .filter(({ parser }) => ground.wantsParser(parser))
    .flatMap(({ parser }) =>
      sizes(options.fuzz).map((count, k): ProvingCase => {
        const number = from + k;
        const only = `--only fuzz --parsers ${parser}`;
        return {
          ...{ sort: 'fuzz', of: parser, over, id: `fuzz/${parser}/${number}*${count}` },
          again: again(`${only} --from ${number} --fuzz ${count}`),
          prove: (signal) => threads.prove({ sort: 'fuzz', parser, number, count }, signal),
        };
      }),
    );
  return [...histories, ...fuzz];
}

const sizes = (total: number): number[] =>
  Array.from({ length: Math.ceil(total / BATCH) }, (_, k) => Math.min(BATCH, total - k * BATCH));

/** Threads that have nothing to do wait for the next order; they keep nothing alive. */
class Threads {
  readonly #ground: BatchGround;
  readonly #idle: Worker[] = [];

  constructor({ plugins, fuzz }: BatchGround) {
    this.#ground = { plugins, fuzz };
  }

  prove(order: Order, signal: AbortSignal): Promise<Finding> {
    const thread = this.#idle.pop() ?? this.#begin();
    thread.ref();
    return new Promise((resolve) => {
      const end = (finding: Finding, isWell: boolean): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
        thread.off('message', answered);
        thread.off('error', broke);
        thread.unref();
        if (isWell) this.#idle.push(thread);
        else void thread.terminate();
        resolve(finding);
      };
      const answered = ({ wrong, number }: Answer): void =>
        end({ wrong: number === undefined ? wrong : `history ${number}: ${wrong}` }, true);
      const broke = (error: Error): void => end({ wrong: error.message }, false);
      const stop = (): void => end({ wrong: 'stopped' }, false);
      const hangs = (): void => end({ wrong: `no end after ${DEADLINE_MS / 60_000} min` }, false);
      const timer = setTimeout(hangs, DEADLINE_MS);
      signal.addEventListener('abort', stop);
      thread.on('message', answered).on('error', broke);
      thread.postMessage(order);
    });
  }

  #begin(): Worker {
    const file = new URL('batch-thread.ts', import.meta.url);
    return new Worker(file, { workerData: this.#ground });
  }
}
