/**
 * Segments that tell of devices which no shard leads. A lane is folded from one segment, so what
 * such a segment says of devices in that lane is worked in where it belongs in time; at one instant
 * it comes first, since whoever sends has sent before an observer sees it.
 */
import { type LedgerEntry, type OpTable, SegmentReader } from '#kernel';
import type { Segment } from './segments.ts';

/** Of all segments, those beside the shards'. */
export const besideOf = (segments: readonly Segment[]): Segment[] =>
  segments.filter(({ source }) => new SegmentReader(source).header.beside === true);

/** Entries about devices in the order of time; readers use their objects again. */
export function* inTurn(
  reader: SegmentReader,
  beside: readonly Segment[],
  ops: OpTable,
): Generator<LedgerEntry, void> {
  const readers = [...beside.map(({ source }) => new SegmentReader(source, ops)), reader];
  const heads = readers.map((one) => nextOf(one));
  for (;;) {
    let first = -1;
    heads.forEach((head, at) => {
      if (head !== null && (first < 0 || head.t < (heads[first]?.t ?? 0))) first = at;
    });
    const [entry, from] = [heads[first], readers[first]];
    if (entry === undefined || entry === null || from === undefined) return;
    yield entry;
    heads[first] = nextOf(from);
  }
}

function nextOf(reader: SegmentReader): LedgerEntry | null {
  for (let entry = reader.next(); entry !== null; entry = reader.next()) {
    if (entry.device >= 0) return entry;
  }
  return null;
}
