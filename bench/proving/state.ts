/**
 * What is known so far: a line for each case that was proved, written when it is. A line counts
 * only for the case of the same name over the same texts, so nothing is taken for proved that was
 * proved of other code.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Finding, Resumable } from './case.ts';

export interface Row extends Finding {
  id: string;
  over: string;
  seconds: number;
}

export class State {
  readonly file: string;
  /** The last line of a case is what is known of it. */
  readonly #rows = new Map<string, Row>();
  /** Lines over other texts. */
  passedOver = 0;
  /** The file ends in the middle of a line, and the next one must not be lost with it. */
  #isTorn: boolean;

  constructor(file: string, cases: readonly Pick<Resumable, 'id' | 'over'>[]) {
    this.file = file;
    const wanted = new Map(cases.map(({ id, over }) => [id, over]));
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    this.#isTorn = text !== '' && !text.endsWith('\n');
    for (const row of rowsIn(text)) {
      const over = wanted.get(row.id);
      if (over === row.over) this.#rows.set(row.id, row);
      else if (over !== undefined) this.passedOver++;
    }
  }

  of(one: Pick<Resumable, 'id'>): Row | undefined {
    return this.#rows.get(one.id);
  }

  keep(row: Row): void {
    this.#rows.set(row.id, row);
    mkdirSync(dirname(this.file), { recursive: true });
    appendFileSync(this.file, `${this.#isTorn ? '\n' : ''}${JSON.stringify(row)}\n`);
    this.#isTorn = false;
  }
}

/** A line that was cut off by a crash is not known. */
function rowsIn(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as Row];
    } catch {
      return [];
    }
  });
}
