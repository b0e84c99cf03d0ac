/** A segment may be larger than memory, and larger than any one read: it is read where asked. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LedgerEncoder, SegmentReader } from '#kernel';
import { RunDirectory } from './run-directory.ts';
import { SegmentFile } from './segment-file.ts';

const GIB = 1024 ** 3;
const path = mkdtempSync(join(tmpdir(), 'twinstorm-segment-'));
const directory = new RunDirectory(path);
beforeAll(() => directory.create({ overwrites: false }));
afterAll(() => rmSync(path, { recursive: true, force: true }));

/** Gives the file bytes at some places, and nothing but holes between them. */
function sparse(name: string, parts: readonly [at: number, bytes: Uint8Array][], size = 0): string {
  const file = openSync(directory.segment(name), 'w');
  for (const [at, bytes] of parts) writeSync(file, bytes, 0, bytes.length, at);
  if (size > 0) ftruncateSync(file, size);
  closeSync(file);
  return directory.segment(name);
}

function segment(notes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  const encoder = new LedgerEncoder(
    { schema: 'twinstorm.ledger/1', segment: 'harness', planSha256: '', lanes: [] },
    (bytes) => parts.push(bytes),
  );
  for (let k = 0; k < notes; k++) encoder.write(k, 'note', { text: `note ${k}` });
  encoder.close();
  return Buffer.concat(parts);
}

describe('the file of a segment', () => {
  it('of three GiB is opened, and read at its beginning and at its end', () => {
    sparse('harness', [[0, segment(10_000)]], 3 * GIB);
    const [opened] = directory.segments();
    const source = opened?.source ?? new SegmentFile('');
    expect(source.size).toBe(3 * GIB);
    const reader = new SegmentReader(source);
    for (let k = 0; k < 10_000; k++) expect(reader.next()).toMatchObject({ t: k });
    expect(source.read(3 * GIB - 2, 10)).toEqual(new Uint8Array(2));
    expect(source.read(3 * GIB, 10)).toHaveLength(0);
  });

  it('gives what lies there, beyond two GiB and across what was read before', () => {
    const bytes = Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251);
    const at = 2 * GIB + 5;
    const file = new SegmentFile(sparse('far', [[at, bytes]]));
    const kept = file.read(at, 4);
    for (const from of [0, 1_048_570, 2_999_990, 10]) {
      expect(file.read(at + from, 20)).toEqual(bytes.subarray(from, from + 20));
    }
    expect(file.read(at, 2_000_000)).toEqual(bytes.subarray(0, 2_000_000));
    // What was handed out stays as it was.
    expect(kept).toEqual(bytes.subarray(0, 4));
  });
});
