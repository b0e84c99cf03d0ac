/**
 * How gateways fared: what they took in, sent on and gave up, how long a message lay in one, how
 * full they got, and which were fullest. By their own word; whether that was right is for checkers.
 */
import type { LedgerEntry } from '#kernel';
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
const FULLEST = 'Fullest';

export default defineChapter({
  kind: 'gateways',
  title: 'Gateways',
  summary: 'what gateways took in, sent on and gave up, and how long it lay in them',
  asks: [],
  part: 'gateway',
  start: (context, book) => fold(context, book),
  tell: (book) => {
    const [took, passed, dropped, again] = [IN, ON, UP, AGAIN].map((name) => book.counted(name));
    const waits = book.span(BACKLOG);
    const lay = waits.count === 0 ? '' : `; the backlog lay up to ${formatSpan(waits.max)} in them`;
    const sent = `${formatCount(passed ?? 0)} sent on, ${formatCount(dropped ?? 0)} given up`;
    const whose = plural(book.counted('children'), 'child device');
    return {
      lead: `${plural(took ?? 0, 'message')} of ${whose} taken in: ${sent}${lay}.`,
      figures: [
        { label: 'Gateways', value: book.counted('gateways'), unit: 'count' },
        { label: 'Child devices', value: book.counted('children'), unit: 'count' },
        { label: 'Payload taken in', value: book.counted('bytes'), unit: 'bytes' },
        { label: 'Sent again from flash', value: again ?? 0, unit: 'count' },
      ],
      wholes: [
        {
          title: 'What became of what they took in',
          parts: [
            { label: 'sent on at once or live', count: book.counted(LIVE) },
            { label: 'sent on from the backlog', count: book.counted(BACKLOG) },
            { label: UP, count: dropped ?? 0 },
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

interface Level {
  now: number;
  most: number;
  dropped: number;
}

const OPS = ['gateway/took', 'gateway/restored', 'gateway/passed', 'gateway/dropped'] as const;

function fold({ plan, devices }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const takenAt = new Map<string, number>();
  const levels = new Map<number, Level>();
  const children = new Set<number>();
  const levelOf = (gateway: number): Level => {
    const level = levels.get(gateway) ?? { now: 0, most: 0, dropped: 0 };
    levels.set(gateway, level);
    return level;
  };
  const came = (level: Level): void => {
    level.most = Math.max(level.most, ++level.now);
  };
  return {
    ops: OPS,
    step: (entry: LedgerEntry) => {
      const { op, t, device } = entry;
      const { child, stream, n, bytes, backlog } = entry as unknown as Told;
      const key = `${child} ${stream} ${n}`;
      const level = levelOf(device);
      if (op === 'gateway/took') {
        children.add(child);
        takenAt.set(key, t);
        came(level);
        note(IN, t);
        book.count('bytes', bytes);
      } else if (op === 'gateway/restored') {
        came(level);
        note(AGAIN, t);
      } else {
        level.now--;
        if (op === 'gateway/dropped') {
          level.dropped++;
          note(UP, t);
        } else {
          const way = backlog ? BACKLOG : LIVE;
          note(ON, t);
          book.count(way);
          const since = takenAt.get(key);
          if (since !== undefined) book.took(way, t - since);
        }
        takenAt.delete(key);
      }
    },
    end: () => {
      book.count('children', children.size);
      for (const device of devices) {
        const entry = plan.entries[plan.devices[device]?.entry ?? -1];
        if (entry?.parts.some(({ kind }) => kind === 'gateway') !== true) continue;
        book.count('gateways');
        const { most, dropped } = levelOf(device);
        book.row(FULLEST, most, [deviceName(plan, device), most, dropped]);
      }
    },
  };

  function note(name: string, t: number): void {
    book.count(name);
    book.happened(name, t);
  }
}

/** What an op of the part holds, each its own. */
interface Told {
  child: number;
  stream: number;
  n: number;
  bytes: number;
  backlog: boolean;
}
