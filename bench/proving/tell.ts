/** What the proving ground says: how far it is, what failed and how to repeat it, and the sum. */
import { type ProvingCase, SORTS } from './case.ts';
import { percent } from './healthy.ts';
import type { Row, State } from './state.ts';

/** So often at most. */
const EVERY_MS = 5000;

export class Progress {
  readonly #say: (line: string) => void;
  readonly #left: number;
  readonly #began = performance.now();
  #said = performance.now();
  #done = 0;
  #failed = 0;

  constructor(left: number, say: (line: string) => void) {
    this.#left = left;
    this.#say = say;
  }

  found(one: ProvingCase, row: Row): void {
    this.#done++;
    if (row.wrong !== null) {
      this.#failed++;
      for (const line of failure(one, row)) this.#say(line);
    }
    const now = performance.now();
    if (now - this.#said < EVERY_MS && this.#done < this.#left) return;
    this.#said = now;
    const perMinute = (this.#done / (now - this.#began)) * 60_000;
    const minutes = Math.ceil((this.#left - this.#done) / perMinute);
    this.#say(
      `${this.#done}/${this.#left} proved, ${Math.round(perMinute)} a minute, ` +
        `${this.#failed} failed, about ${minutes} min left`,
    );
  }
}

export const failure = (one: ProvingCase, row: Row): string[] => [
  `FAILED ${one.id}: ${row.wrong}`,
  `       again: ${one.again}`,
];

/** A line for each sort. */
export function summary(cases: readonly ProvingCase[], state: State): string[] {
  return SORTS.flatMap((sort) => {
    const mine = cases.filter((one) => one.sort === sort);
    if (mine.length === 0) return [];
    const rows = mine.flatMap((one) => state.of(one) ?? []);
    const failed = rows.filter(({ wrong }) => wrong !== null).length;
    const things = new Set(mine.map((one) => one.of)).size;
    const open = mine.length - rows.length;
    return [
      [
        `${sort.padEnd(10)} ${things} ${NOUNS[sort]}: ${rows.length - failed} held`,
        `${failed} failed`,
        ...(open > 0 ? [`${open} not proved yet`] : []),
        ...figures(rows),
      ].join(', '),
    ];
  });
}

const NOUNS = {
  healthy: 'scenarios, runs',
  mutants: 'mutants, runs',
  drawn: 'scenarios, runs',
  histories: 'oracles, batches',
  fuzz: 'parsers, batches',
} as const;

function figures(rows: readonly Row[]): string[] {
  const decided = rows.flatMap((row) => row.decided ?? []);
  const fired = rows.flatMap((row) => row.fired ?? []);
  return [
    ...(decided.length > 0 ? [`at least ${percent(Math.min(...decided))} decided`] : []),
    ...(fired.length > 0 ? [`${fired.filter((count) => count > 0).length} fired`] : []),
  ];
}
