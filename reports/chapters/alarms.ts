/**
 * How alarms fared: how many waited for a person at each time, which rules raised most, which
 * waited longest, and when there were too many. By the histories that the target keeps; whether
 * they are true is for the checker.
 */
import type { Oracles } from '#oracles';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { ms } from '../judging/witness.ts';
import type { ChapterCourse, CourseStretch, Sense } from '../result.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

type Alarms = Oracles['alarms'];
type Story = ReturnType<Alarms['of']>[number];

/** What a person tells apart. */
const PARTS = [
  { name: 'normal', sense: 'rest' },
  { name: 'shelved', sense: 'way' },
  { name: 'acknowledged', sense: 'good' },
  { name: 'not acknowledged', sense: 'bad' },
  { name: 'gone, not acknowledged', sense: 'bad' },
] as const satisfies readonly { name: string; sense: Sense }[];
type Part = (typeof PARTS)[number]['name'];

const IN_STATE: Readonly<Record<string, Part>> = {
  normal: 'normal',
  'acked-active': 'acknowledged',
  'unack-returned': 'gone, not acknowledged',
  'unack-active': 'not acknowledged',
};

/** Curves of the book share its names. */
const CURVE = 'alarms that are ';
const RAISED = 'raised by ';
const ACKED = 'acknowledged while they stood';
const GONE = 'acknowledged when they had gone';
const NEVER = 'not acknowledged';
const REACTION = 'from raised to acknowledged';
const STOOD = 'from raised to cleared';
const LONGEST = 'Longest without an acknowledgement';
const FLOODS_SHOWN = 100;

export default defineChapter({
  kind: 'alarms',
  title: 'Alarms',
  summary: 'how many alarms waited for a person, for how long, and when there were too many',
  asks: ['alarms', 'alarms/fleet'],
  after: ['rules'],
  workflow: 'alarms',
  start: (context, book) => fold(context, book),
  has: (book) => book.counted('alarms') > 0,
  tell: (book, _plan, of) => {
    const floods = of('alarms/fleet').expected();
    const raised = book.counted('raised');
    const acked = book.counted(ACKED) + book.counted(GONE);
    const took = book.span(REACTION);
    const half = took.count === 0 ? '' : `, half of them within ${formatSpan(took.p50)}`;
    return {
      lead:
        `${plural(raised, 'time')} an alarm was raised; ${formatCount(acked)} of them were ` +
        `acknowledged${half}. ${plural(floods.length, 'flood')}.`,
      figures: [
        { label: 'Alarms', value: book.counted('alarms'), unit: 'count' },
        { label: 'Raised', value: raised, unit: 'count' },
        { label: 'Told to a person', value: book.counted('told'), unit: 'count' },
        { label: 'Shelved', value: book.counted('shelved'), unit: 'count' },
        { label: 'Refused to the operator', value: book.counted('refused'), unit: 'count' },
        { label: 'Floods', value: floods.length, unit: 'count' },
        { label: 'Stretches of chatter', value: book.counted('chatters'), unit: 'count' },
      ],
      wholes: [
        {
          title: 'What became of those that were raised',
          parts: [
            { label: ACKED, count: book.counted(ACKED), sense: 'good' },
            { label: GONE, count: book.counted(GONE), sense: 'way' },
            { label: NEVER, count: book.counted(NEVER), sense: 'bad' },
          ],
        },
      ],
      spans: [took, book.span(STOOD)],
      series: [],
      courses: [courseOf(book, floods)],
      tables: tablesOf(book),
    };
  },
});

function tablesOf(book: ChapterBook) {
  const rules = book.named(RAISED).map((name) => ({
    ...{ rule: name.slice(RAISED.length), count: book.counted(name) },
  }));
  return [
    {
      title: 'Raised by each rule',
      columns: [
        { title: 'Rule', unit: 'text' as const },
        { title: 'Times', unit: 'count' as const },
      ],
      rows: rules.sort((a, b) => b.count - a.count).map(({ rule, count }) => [rule, count]),
    },
    {
      title: LONGEST,
      columns: [
        { title: 'Rule', unit: 'text' as const },
        { title: 'Over', unit: 'text' as const },
        { title: 'Raised at', unit: 'ms' as const },
        { title: 'Waited', unit: 'ms' as const },
      ],
      rows: book.rows(LONGEST),
    },
  ];
}

type Flood = ReturnType<Oracles['alarms/fleet']['expected']>[number];

function courseOf(book: ChapterBook, floods: readonly Flood[]): ChapterCourse {
  const rows: CourseStretch[] = floods.slice(0, FLOODS_SHOWN).map(({ from, to }, index) => ({
    ...{ from, to: Math.min(to, book.endMs), sense: 'bad' as const },
    labels: [`flood ${index + 1}`, `${index + 1}`],
  }));
  return {
    title: 'How alarms were',
    about:
      `Each column stands for all ${plural(book.counted('alarms'), 'alarm')} that there were ` +
      'in the run, parted by how they were at that time; above it, when there were too many.',
    parts: PARTS.map(({ name, sense }) => ({
      sense,
      series: { ...book.average(`${CURVE}${name}`, 'alarms'), name },
    })),
    rows: rows.length === 0 ? [] : [rows],
  };
}

function fold({ devices, of }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const alarms = of('alarms');
  return {
    ops: [],
    end: () => {
      for (const device of devices) for (const story of alarms.of(device)) note(story, book);
    },
  };
}

function note({ rule, subject, spells, raises, told, chatters }: Story, book: ChapterBook): void {
  const [first] = spells;
  if (first === undefined) return;
  book.count('alarms');
  book.count('raised', raises.length);
  book.count(`${RAISED}${rule}`, raises.length);
  book.count('told', told.annunciated);
  book.count('shelved', told.shelved);
  book.count('refused', told.refused);
  book.count('chatters', chatters);
  book.lasted(`${CURVE}normal`, 0, first.from * 1000);
  for (const [place, { state, isShelved, from, to }] of spells.entries()) {
    // As it was when it was read it stays.
    const until = place === spells.length - 1 ? Number.POSITIVE_INFINITY : to * 1000;
    const part = isShelved ? 'shelved' : (IN_STATE[state] ?? 'normal');
    book.lasted(`${CURVE}${part}`, from * 1000, until);
  }
  for (const { from, isAgain, ackedAt, to } of raises) {
    const isAcked = ackedAt < Number.POSITIVE_INFINITY;
    book.count(isAcked ? (ackedAt <= to ? ACKED : GONE) : NEVER);
    if (isAcked && !isAgain) book.took(REACTION, (ackedAt - from) * 1000);
    if (to < Number.POSITIVE_INFINITY) book.took(STOOD, (to - from) * 1000);
    // It has waited since it came first.
    if (isAgain) continue;
    const waited = (Math.min(ackedAt, book.endMs) - from) * 1000;
    book.row(LONGEST, waited, [rule, subject, ms(from * 1000), ms(waited)]);
  }
}
