/**
 * Whether two runs left the same ledger, but for how often a planted bug fired: then the bug has
 * changed nothing that anybody could have seen, and no checker has overlooked it.
 */
import { RunDirectory } from '#harness';
import { opTable, SegmentReader } from '#kernel';

export function hasSameLedger(one: string, other: string): boolean {
  const [a, b] = [openAll(one), openAll(other)];
  const names = [...a.keys()];
  return names.length === b.size && names.every((name) => isSame(a.get(name), b.get(name)));
}

function openAll(path: string): Map<string, SegmentReader> {
  const directory = new RunDirectory(path);
  const ops = opTable(directory.readPlan().ops);
  return new Map(
    directory.segments().map(({ name, source }) => [name, new SegmentReader(source, ops)]),
  );
}

function isSame(a?: SegmentReader, b?: SegmentReader): boolean {
  if (a === undefined || b === undefined) return false;
  for (;;) {
    const [own, other] = [nextOf(a), nextOf(b)];
    if (own !== other) return false;
    // What cannot be read to its end may have been otherwise there.
    if (own === null)
      return [a, b].every(({ isClosed, damage }) => isClosed && damage.length === 0);
  }
}

function nextOf(reader: SegmentReader): string | null {
  for (;;) {
    const entry = reader.next();
    if (entry === null) return null;
    if (entry.op !== 'mutant') return JSON.stringify(entry);
  }
}
