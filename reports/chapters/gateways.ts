/**
 * How gateways fared: what they took in, sent on and gave up, how long a message lay in one, how
 * full they got, and which were fullest. By their own word; whether that was right is for checkers.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName } from '../judging/witness.ts';
import type { Series } from '../result.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

const LIVE = 'came while the uplink stood';
const BACKLOG = 'came while there was none';
const IN = 'taken in';
const ON = 'sent on';
const UP = 'given up';
const AGAIN = 'taken from flash again';
const LOST = 'lost under way';
const WAITS = 'waiting at the end';
const FULLEST = 'Fullest';

export default defineChapter({
  kind: 'gateways',
  title: 'Gateways',
  summary: 'what gateways took in, sent on and gave up, and how long it lay in them',
  asks: [],
  part: 'gateway',
  start: (context, book) => fold(context, book),
  tell: (book) => {
    const count = (name: string): number => book.counted(name);
    const [took, again, dropped, lost] = [count(IN), count(AGAIN), count(UP), count(LOST)];
    const waits = book.span(BACKLOG);
    const lay = waits.count === 0 ? '' : `; the backlog lay up to ${formatSpan(waits.max)} in them`;
    // One that came back from flash has not been sent on yet.
    const sent = `${formatCount(count(ON) - again)} sent on, ${formatCount(dropped)} given up`;
    const whose = plural(count('children'), 'child device');
    return {
      lead: `${plural(took, 'message')} of ${whose} taken in: ${sent}${lay}.`,
      figures: [
        { label: 'Gateways', value: book.counted('gateways'), unit: 'count' },
        { label: 'Child devices', value: book.counted('children'), unit: 'count' },
        { label: 'Payload taken in', value: book.counted('bytes'), unit: 'bytes' },
        { label: 'Taken from flash again', value: again, unit: 'count' },
        // They are among those that were sent on.
        { label: 'Sent on, and lost under way', value: lost, unit: 'count' },
      ],
      wholes: [
        {
          title: 'What they did',
          parts: [
            { label: 'sent on at once or live', count: count(LIVE) },
            { label: 'sent on from the backlog', count: count(BACKLOG) },
            { label: UP, count: dropped },
            { label: WAITS, count: count(WAITS) },
          ],
        },
      ],
      spans: [book.span(LIVE), waits],
      series: [waiting(book), book.curve(UP, 'messages')],
      tables: [
        {
          title: FULLEST,
          columns: [
            { title: 'Gateway', unit: 'text' },
            { title: 'Messages at most', unit: 'count' },
            { title: 'Given up', unit: 'count' },
          ],
          rows: book.rows(FULLEST),
        },
      ],
    };
  },
});

/** How many wait, over all gateways: whatever came and has not gone. */
function waiting(book: ChapterBook): Series {
  const [took, again, passed, dropped] = [IN, AGAIN, ON, UP].map((name) => book.curve(name, ''));
  let level = 0;
  const at = (series: Series | undefined, bucket: number): number => series?.values[bucket] ?? 0;
  const values = (took?.values ?? []).map((_, bucket) => {
    level += at(took, bucket) + at(again, bucket) - at(passed, bucket) - at(dropped, bucket);
    return level;
  });
  return { ...book.curve(IN, 'messages'), name: 'waiting in gateways', values };
}

/** How full one gateway is, was at most, and what it gave up. */
interface Level {
  now: number;
  most: number;
  dropped: number;
}

const OPS = ['gateway/took', 'gateway/restored', 'gateway/passed', 'gateway/dropped'] as const;

function fold({ plan, devices }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  /** Of what waits in a gateway, since when. */
  const waits = new Map<string, number>();
  const levels = new Map<number, Level>(
    devices
      .filter((device) => isGateway(plan, device))
      .map((device) => [device, { now: 0, most: 0, dropped: 0 }]),
  );
  const children = new Set<number>();
  return {
    ops: OPS,
    step: (entry: LedgerEntry) => {
      const level = levels.get(entry.device);
      if (level === undefined) return;
      const told = entry as unknown as Told;
      // What is heard by two gateways may be in both at once.
      const key = `${entry.device} ${told.child} ${told.stream} ${told.n}`;
      if (entry.op === 'gateway/took' || entry.op === 'gateway/restored') came(entry, level, key);
      else went(entry, level, key);
    },
    end: () => {
      book.count('children', children.size);
      for (const [gateway, { most, dropped, now }] of levels) {
        book.count('gateways');
        book.count(WAITS, now);
        book.row(FULLEST, most, [deviceName(plan, gateway), most, dropped]);
      }
    },
  };

  function came(entry: LedgerEntry, level: Level, key: string): void {
    const { child, bytes } = entry as unknown as Told;
    const isNew = entry.op === 'gateway/took';
    if (isNew) {
      children.add(child);
      book.count('bytes', bytes);
    }
    waits.set(key, entry.t);
    level.most = Math.max(level.most, ++level.now);
    note(book, isNew ? IN : AGAIN, entry.t);
  }

  function went({ op, t, ...told }: LedgerEntry, level: Level, key: string): void {
    const since = waits.get(key);
    // What had been sent on, and was not at its end, waits no more.
    if (since === undefined) return book.count(LOST);
    waits.delete(key);
    level.now--;
    if (op === 'gateway/dropped') {
      level.dropped++;
      return note(book, UP, t);
    }
    const way = (told as unknown as Told).backlog ? BACKLOG : LIVE;
    note(book, ON, t);
    book.count(way);
    book.took(way, t - since);
  }
}

function note(book: ChapterBook, name: string, t: number): void {
  book.count(name);
  book.happened(name, t);
}

const isGateway = ({ entries, devices }: Plan, device: number): boolean =>
  entries[devices[device]?.entry ?? -1]?.parts.some(({ kind }) => kind === 'gateway') === true;

/** What an op of the part holds, each its own. */
interface Told {
  child: number;
  stream: number;
  n: number;
  bytes: number;
  backlog: boolean;
}
