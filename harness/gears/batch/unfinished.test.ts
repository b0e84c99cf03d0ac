/** What is whole of a data set counts, and nothing else does. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Piece } from './piece.ts';
import { Unfinished } from './unfinished.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unfinished-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function piece(path: string, bytes: number): Piece {
  writeFileSync(join(folder, path), Buffer.alloc(bytes));
  const telemetry = { path, bytes, sha256: '', rows: 1, split: 'train' };
  return { telemetry, truth: null, events: [], tables: {} } as unknown as Piece;
}

const namesOf = ({ pieces }: Unfinished): string[] => [...pieces.keys()];

describe('an unfinished data set', () => {
  test('is gone on with by who asks for the same', () => {
    new Unfinished(folder, ['plan', 7]).add('one', piece('one.csv', 10));
    expect(namesOf(new Unfinished(folder, ['plan', 7]))).toEqual(['one']);
    expect(existsSync(join(folder, 'one.csv'))).toBe(true);
    expect(namesOf(new Unfinished(folder, ['plan', 8]))).toEqual([]);
    expect(existsSync(join(folder, 'one.csv'))).toBe(false);
    expect(namesOf(new Unfinished(folder, ['plan', 7]))).toEqual([]);
  });

  test('has nothing of a file that was cut off or taken away, nor of a line that broke off', () => {
    const first = new Unfinished(folder, 'plan');
    for (const name of ['whole', 'cut', 'gone']) first.add(name, piece(name, 10));
    writeFileSync(join(folder, 'cut'), Buffer.alloc(9));
    rmSync(join(folder, 'gone'));
    writeFileSync(join(folder, 'unfinished.jsonl'), '{"name":"half","pie', { flag: 'a' });
    expect(namesOf(new Unfinished(folder, 'plan'))).toEqual(['whole']);
  });

  test('leaves nothing behind once it is whole', () => {
    const one = new Unfinished(folder, 'plan');
    one.add('one', piece('one.csv', 10));
    one.end();
    expect(namesOf(new Unfinished(folder, 'plan'))).toEqual([]);
  });
});
