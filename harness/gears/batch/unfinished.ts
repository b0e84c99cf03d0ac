/**
 * What is whole of a data set that is not: a line for each piece, written when the piece has its
 * name. The same command goes on from there; any other begins anew.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DataFileFacts } from '#kernel';
import { told } from './data-file.ts';
import type { Piece } from './piece.ts';

/** It is gone when the data set is whole. */
const NAME = 'unfinished.jsonl';

export class Unfinished {
  readonly #folder: string;
  /** By the name of the job. */
  readonly pieces = new Map<string, Piece>();

  /** `what`: all that the files hang on. */
  constructor(folder: string, what: unknown) {
    this.#folder = folder;
    const sha256 = createHash('sha256').update(JSON.stringify(what)).digest('hex');
    const [head, ...lines] = this.#lines();
    if (head !== undefined && read<Head>(head)?.sha256 === sha256) {
      for (const line of lines) this.#take(line);
      return;
    }
    // Beside what is made now, what was made for another would be read as if it belonged to it.
    for (const line of lines) this.#remove(line);
    told(NAME, () => {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(this.#path, `${JSON.stringify({ sha256 } satisfies Head)}\n`);
    });
  }

  add(name: string, piece: Piece): void {
    const line = `${JSON.stringify({ name, piece } satisfies Line)}\n`;
    told(NAME, () => appendFileSync(this.#path, line));
  }

  /** It is whole. */
  end(): void {
    rmSync(this.#path, { force: true });
  }

  get #path(): string {
    return join(this.#folder, NAME);
  }

  #lines(): string[] {
    try {
      return readFileSync(this.#path, 'utf8').split('\n');
    } catch {
      return [];
    }
  }

  /** The last line may have broken off, and somebody may have taken a file away. */
  #take(text: string): void {
    const line = read<Line>(text);
    if (line === null) return;
    const { telemetry, truth } = line.piece;
    if ([telemetry, truth].every((file) => file === null || this.#isThere(file))) {
      this.pieces.set(line.name, line.piece);
    }
  }

  #remove(text: string): void {
    const { telemetry, truth } = read<Line>(text)?.piece ?? {};
    for (const file of [telemetry, truth]) {
      if (file) rmSync(join(this.#folder, file.path), { force: true });
    }
  }

  #isThere({ path, bytes }: DataFileFacts): boolean {
    return statSync(join(this.#folder, path), { throwIfNoEntry: false })?.size === bytes;
  }
}

interface Head {
  sha256: string;
}

interface Line {
  name: string;
  piece: Piece;
}

function read<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
