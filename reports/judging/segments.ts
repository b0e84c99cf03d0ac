/**
 * The segments of a ledger, and all of them as one: the entries that are wanted by (t, lane, seq),
 * so that the order does not depend on how the fleet was split. One reader for each segment, and of
 * each no more than an instant in memory.
 */
import {
  errorText,
  type LedgerEntry,
  opTable,
  type Plan,
  SegmentReader,
  type SegmentSource,
} from '#kernel';
import type { Timeline } from '#oracles';

export interface Segment {
  name: string;
  source: SegmentSource;
}

/** A segment whose very header is damaged is as good as missing, but it is told. */
export function openable(segments: readonly Segment[]): {
  segments: Segment[];
  unreadable: Timeline['unreadable'];
} {
  const opened: Segment[] = [];
  const unreadable: Timeline['unreadable'][number][] = [];
  for (const segment of segments) {
    try {
      new SegmentReader(segment.source);
      opened.push(segment);
    } catch (error) {
      unreadable.push({ name: segment.name, why: errorText(error) });
    }
  }
  return { segments: opened, unreadable };
}

/** What concerns no device comes before what does, as if it had a lane of its own. */
const NO_LANE = -1;

type Wants = (entry: LedgerEntry) => boolean;

interface Placed {
  lane: number;
  entry: LedgerEntry;
}

export function* mergedEntries(
  plan: Plan,
  segments: readonly Segment[],
  wants: Wants,
): Generator<LedgerEntry, void> {
  const table = opTable(plan.ops);
  const taken = new Set<number>();
  const readers = segments
    .map(({ name, source }) => {
      const reader = new SegmentReader(source, table);
      const own = ownLanes(reader.header.lanes, taken);
      return { name, first: own === null ? NO_LANE : Math.min(...own), own, reader };
    })
    .sort((a, b) => a.first - b.first || (a.name < b.name ? -1 : 1))
    .map(
      ({ own, reader }) => new InstantReader(reader, (entry) => laneOf(plan, entry, own), wants),
    );
  for (;;) {
    const t = Math.min(...readers.map((reader) => reader.t));
    if (t === Number.POSITIVE_INFINITY) return;
    const instant = readers.flatMap((reader) => (reader.t === t ? reader.take() : []));
    instant.sort((a, b) => a.lane - b.lane);
    for (const { entry } of instant) yield entry;
  }
}

/** A lane is told by the first segment that has it; null: the harness's own segment has none. */
function ownLanes(lanes: readonly number[], taken: Set<number>): ReadonlySet<number> | null {
  if (lanes.length === 0) return null;
  const own = new Set(lanes.filter((lane) => !taken.has(lane)));
  for (const lane of own) taken.add(lane);
  return own;
}

/** Null for an entry that is not this segment's to tell. */
function laneOf(
  plan: Plan,
  { device }: LedgerEntry,
  own: ReadonlySet<number> | null,
): number | null {
  if (device < 0) return own?.size === 0 ? null : NO_LANE;
  const lane = plan.devices[device]?.lane ?? null;
  return lane === null || own === null || own.has(lane) ? lane : null;
}

/** A segment, instant by instant. */
class InstantReader {
  readonly #reader: SegmentReader;
  readonly #laneOf: (entry: LedgerEntry) => number | null;
  readonly #wants: Wants;
  #next: Placed | null;

  constructor(reader: SegmentReader, lane: (entry: LedgerEntry) => number | null, wants: Wants) {
    this.#reader = reader;
    this.#laneOf = lane;
    this.#wants = wants;
    this.#next = this.#read();
  }

  /** Of the next instant; Infinity at the end. */
  get t(): number {
    return this.#next?.entry.t ?? Number.POSITIVE_INFINITY;
  }

  /** Everything of that instant, in the order in which it was written. */
  take(): Placed[] {
    const { t } = this;
    const taken: Placed[] = [];
    for (; this.#next !== null && this.#next.entry.t === t; this.#next = this.#read()) {
      taken.push(this.#next);
    }
    return taken;
  }

  #read(): Placed | null {
    for (let entry = this.#reader.next(); entry !== null; entry = this.#reader.next()) {
      if (!this.#wants(entry)) continue;
      const lane = this.#laneOf(entry);
      // The reader uses its objects again.
      if (lane !== null) return { lane, entry: { ...entry } };
    }
    return null;
  }
}
