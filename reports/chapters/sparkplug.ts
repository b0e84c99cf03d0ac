/**
 * How sessions of Sparkplug B went: how many births there were, of nodes and of devices behind
 * them, how many of those were called for, how long sessions lasted, and which nodes were born most
 * often. Whether all of it was right is the checker's to say.
 */
import { type LedgerEntry, SPARKPLUG_SEEN } from '#kernel';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName } from '../judging/witness.ts';
import { plural } from '../wording.ts';

const SESSIONS = 'sessions';
const REBIRTHS = 'rebirths';
const NODES = 'nodes';
const DEVICES = 'births of devices';
const DEATHS = 'deaths of devices';
const LASTED = 'a session lasted';
const BORN = 'births of nodes';
const OFTENEST = 'Born most often';

export default defineChapter({
  kind: 'sparkplug',
  title: 'Sparkplug sessions',
  summary: 'births, rebirths and deaths of edge nodes and of devices behind them',
  asks: ['sparkplug'],
  part: 'sparkplug',
  start: (context, book) => fold(context, book),
  has: (book) => book.counted(SESSIONS) > 0,
  tell: (book) => {
    const [nodes, sessions, rebirths] = [NODES, SESSIONS, REBIRTHS].map((name) =>
      book.counted(name),
    );
    const had = `${plural(nodes ?? 0, 'node')} had ${plural(sessions ?? 0, 'session')}`;
    return {
      lead: `${had} and ${plural(rebirths ?? 0, 'rebirth')}.`,
      figures: [
        { label: 'Edge nodes', value: nodes ?? 0, unit: 'count' },
        { label: 'Births of devices behind them', value: book.counted(DEVICES), unit: 'count' },
        { label: 'Deaths of these', value: book.counted(DEATHS), unit: 'count' },
      ],
      wholes: [
        {
          title: 'Births of nodes',
          parts: [
            { label: 'in a new session', count: sessions ?? 0 },
            { label: 'again, when called', count: rebirths ?? 0 },
          ],
        },
      ],
      spans: [book.span(LASTED)],
      series: [book.curve(BORN, 'births')],
      tables: [
        {
          title: OFTENEST,
          columns: [
            { title: 'Node', unit: 'text' },
            { title: 'Sessions', unit: 'count' },
            { title: 'Rebirths', unit: 'count' },
          ],
          rows: book.rows(OFTENEST),
        },
      ],
    };
  },
});

interface Told {
  type: string;
  session: number;
}

function fold({ plan, devices, of }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const nodes = of('sparkplug');
  /** By node, its session and since when it is in that. */
  const lives = new Map<number, { session: number; since: number }>();
  return {
    ops: [SPARKPLUG_SEEN],
    step: (entry: LedgerEntry) => {
      const { t, device } = entry;
      const { type, session } = entry as unknown as Told;
      if (type === 'DDEATH') book.count(DEATHS);
      if (type === 'DBIRTH') book.count(DEVICES);
      const life = lives.get(device);
      if (type === 'NBIRTH') {
        book.happened(BORN, t);
        if (life?.session !== session) lives.set(device, { session, since: t });
      } else if (type === 'NDEATH' && life?.session === session) {
        book.took(LASTED, t - life.since);
        lives.delete(device);
      }
    },
    end: () => {
      for (const device of devices) {
        const story = nodes.of(device);
        if (story === null || story.sessions === 0) continue;
        const { sessions, rebirths } = story;
        book.count(NODES);
        book.count(SESSIONS, sessions);
        book.count(REBIRTHS, rebirths);
        const who = deviceName(plan, device);
        book.row(OFTENEST, sessions * 1000 + rebirths, [who, sessions, rebirths]);
      }
    },
  };
}
