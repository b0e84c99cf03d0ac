import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, test } from 'vitest';
import { type Outlives, openStore } from './store.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function fileOf(): string {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  folders.push(folder);
  return join(folder, 'store.sqlite');
}

function filled(file: string, outlives: Outlives) {
  const store = openStore(file, outlives);
  store.create('CREATE TABLE IF NOT EXISTS kept(n INTEGER)');
  const insert = store.prepare('INSERT INTO kept VALUES(?)');
  const transaction = (n: number, end: 'commit' | 'rollback'): void => {
    store.begin();
    insert.run(n);
    store[end]();
  };
  return { store, transaction };
}

const rowsOf = (file: string): unknown[] => {
  const db = new DatabaseSync(file);
  const rows = db.prepare('SELECT n FROM kept ORDER BY n').all();
  db.close();
  return rows.map((row) => row.n);
};

describe.each(['process', 'platform'] as const)(
  'a store whose commits outlive the %s',
  (outlives) => {
    test('keeps what was committed and nothing that was taken back', () => {
      const file = fileOf();
      const { store, transaction } = filled(file, outlives);
      transaction(1, 'commit');
      transaction(2, 'rollback');
      transaction(3, 'commit');
      store.close();
      expect(rowsOf(file)).toEqual([1, 3]);
    });

    test('is the same file to the platform that comes after', () => {
      const file = fileOf();
      for (const n of [1, 2]) {
        const { store, transaction } = filled(file, outlives);
        transaction(n, 'commit');
        store.close();
      }
      expect(rowsOf(file)).toEqual([1, 2]);
    });
  },
);

test('one that outlives the platform only is written out every hundred thousand commits', () => {
  const file = fileOf();
  const { store, transaction } = filled(file, 'platform');
  for (let n = 0; n < 100_001; n++) transaction(n, 'commit');
  // What a process that is killed now would leave.
  const left = fileOf();
  for (const suffix of ['', '-wal']) copyFileSync(file + suffix, left + suffix);
  expect(rowsOf(left)).toHaveLength(100_000);
  store.close();
  expect(rowsOf(file)).toHaveLength(100_001);
});

const MIB = 2 ** 20;

test('nor does its log grow without end where each commit is large', () => {
  const file = fileOf();
  const store = openStore(file, 'platform');
  store.create('CREATE TABLE kept(payload BLOB)');
  const insert = store.prepare('INSERT INTO kept VALUES(?)');
  let most = 0;
  for (let n = 0; n < 300; n++) {
    store.begin();
    insert.run(new Uint8Array(MIB));
    store.commit();
    most = Math.max(most, statSync(`${file}-wal`).size);
  }
  // What one transaction may log, what of it still lay in memory, and what came between two looks.
  expect(most / MIB).toBeLessThan(64 + 64 + 40);
  store.close();
});
