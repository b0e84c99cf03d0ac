/**
 * How control at the edge fared: what loops heard and what they switched, with an uplink and
 * without, how fast, and whom they switched most. By their own word; whether it was right is for
 * the checker.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName } from '../judging/witness.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

const HEARD = 'readings heard';
const ON = 'switched on';
const OFF = 'switched off';
const THERE = 'with an uplink';
const ALONE = 'without an uplink';
const REACTION = 'from what demanded it to the switch';
const BUSIEST = 'Switched most';

export default defineChapter({
  kind: 'edge',
  title: 'Control at the edge',
  summary: 'what control loops of gateways heard and switched, with and without an uplink',
  asks: [],
  part: 'edge',
  start: (context, book) => fold(context, book),
  tell: (book) => {
    const [there, alone] = [THERE, ALONE].map((name) => book.counted(name)) as [number, number];
    const took = book.span(REACTION);
    const within = took.max === 0 ? 'at once' : `within ${formatSpan(took.max)}`;
    const slow = took.count === 0 ? '' : `, each ${within}`;
    const of = `${formatCount(alone)} of them without an uplink`;
    return {
      lead: `${plural(there + alone, 'decision')}${slow}; ${of}.`,
      figures: [
        { label: 'Control loops', value: book.counted('loops'), unit: 'count' },
        { label: 'Child devices heard', value: book.counted('children'), unit: 'count' },
        { label: 'Readings heard', value: book.counted(HEARD), unit: 'count' },
        { label: 'Set from afar', value: book.counted('set'), unit: 'count' },
        { label: 'Not obeyed', value: book.counted('not obeyed'), unit: 'count' },
      ],
      wholes: [
        {
          title: 'When they decided',
          parts: [
            { label: THERE, count: there },
            { label: ALONE, count: alone },
          ],
        },
      ],
      spans: [took],
      series: [book.curve(ON, ''), book.curve(OFF, '')],
      tables: [
        {
          title: BUSIEST,
          columns: [
            { title: 'Child', unit: 'text' },
            { title: 'By', unit: 'text' },
            { title: 'Times', unit: 'count' },
          ],
          rows: book.rows(BUSIEST),
        },
      ],
    };
  },
});

const OPS = ['edge/read', 'edge/switched', 'edge/set', 'online', 'offline'] as const;

/** What an op of the part holds, each its own. */
interface Told {
  child: number;
  n: number;
  on: boolean;
  done: boolean;
  why: string;
}

function fold({ plan, devices }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const up = new Set<number>();
  const loops = new Set(devices.filter((device) => isLoop(plan, device)));
  /** By child: when its last reading was heard, and how often it was switched. */
  const heardAt = new Map<number, number>();
  /** By loop: when it was last set, which may demand something of all its children. */
  const setAt = new Map<number, number>();
  const times = new Map<number, { by: number; count: number }>();
  return {
    ops: OPS,
    step: (entry: LedgerEntry) => {
      const { op, t, device } = entry;
      if (!loops.has(device)) return;
      const told = entry as unknown as Told;
      if (op === 'online') up.add(device);
      else if (op === 'offline') up.delete(device);
      else if (op === 'edge/set') {
        setAt.set(device, t);
        if (told.why === 'taken over') book.count('set');
      } else if (op === 'edge/read') {
        heardAt.set(told.child, t);
        book.count(HEARD);
      } else switched(device, t, told);
    },
    end: () => {
      book.count('loops', loops.size);
      book.count('children', heardAt.size);
      for (const [child, { by, count }] of times) {
        book.row(BUSIEST, count, [deviceName(plan, child), deviceName(plan, by), count]);
      }
    },
  };

  function switched(device: number, t: number, { child, on, done }: Told): void {
    book.count(up.has(device) ? THERE : ALONE);
    if (!done) book.count('not obeyed');
    book.happened(on ? ON : OFF, t);
    const since = Math.max(heardAt.get(child) ?? t, setAt.get(device) ?? 0);
    book.took(REACTION, t - since);
    const known = times.get(child) ?? { by: device, count: 0 };
    times.set(child, { by: device, count: known.count + 1 });
  }
}

const isLoop = ({ entries, devices }: Plan, device: number): boolean =>
  (devices[device]?.via ?? null) === null &&
  entries[devices[device]?.entry ?? -1]?.parts.some(({ kind }) => kind === 'edge') === true;
