/**
 * What followed from alarms: how much of it was done and what was held for which reason, over the
 * run and by act, how long it took from a reading to the effect of a command, and the last
 * decisions with why.
 */
import { actsOf, HELD_WHY, type Plan } from '#kernel';
import type { Oracles } from '#oracles';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import { outcomeOf } from '../judging/act-events.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName } from '../judging/witness.ts';
import type { ChapterTable, Series } from '../result.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

type Decision = ReturnType<Oracles['acts']['decisionsOf']>[number];

const DONE = 'done';
const HELD = 'held';
const EFFECT = 'from the reading to the effect of the command';
const AGAIN = 'commands that came again';
const LATEST = 'Latest decisions, and why';

export default defineChapter({
  kind: 'acts',
  title: 'What followed from alarms',
  summary: 'what a platform did by itself, what its guards held, and why',
  asks: ['acts'],
  after: ['rules', 'alarms'],
  workflow: 'acts',
  start: (context, book) => fold(context, book),
  tell: (book, plan) => {
    const [done, held] = [book.counted(DONE), book.counted(HELD)];
    const again = book.counted(AGAIN);
    return {
      lead: leadOf(book, done, held),
      figures: [
        { label: 'Decisions', value: done + held, unit: 'count' },
        { label: 'Done', value: done, unit: 'count' },
        { label: 'Held by guards', value: held, unit: 'count' },
        { label: 'Commands that were obeyed', value: book.counted('effects'), unit: 'count' },
        { label: 'Commands that came again', value: again, unit: 'count' },
      ],
      wholes: [
        {
          title: 'What was decided',
          parts: [
            { label: DONE, count: done },
            ...whysOf(book).map((why) => ({ label: whyLabel(why), count: book.counted(why) })),
          ],
        },
      ],
      spans: [book.span(EFFECT)],
      series: seriesOf(book),
      tables: [byAct(book, plan), latest(book)],
    };
  },
});

const whyLabel = (why: string): string => `held: ${why}`;
/** In the order in which guards are asked; a target may have reasons of its own. */
const whysOf = (book: ChapterBook): string[] => {
  const known = HELD_WHY.filter((why) => book.counted(why) > 0);
  return book.counted(OTHER) > 0 ? [...known, OTHER] : [...known];
};
const OTHER = 'another reason';

function leadOf(book: ChapterBook, done: number, held: number): string {
  if (done + held === 0) return 'No alarm was followed by anything.';
  const { count, p50 = null, p99 = null } = book.span(EFFECT);
  const whole = plural(done + held, 'decision');
  const said = `Of ${whole} ${formatCount(done)} were done and ${formatCount(held)} held.`;
  if (count === 0 || p50 === null || p99 === null) return said;
  const took = `within ${formatSpan(p50)} of the reading, 99 % within ${formatSpan(p99)}`;
  return `${said} Half of the commands were obeyed ${took}.`;
}

const seriesOf = (book: ChapterBook): Series[] => [
  book.curve(DONE, ''),
  ...whysOf(book).map((why) => book.curve(whyLabel(why), '')),
];

function byAct(book: ChapterBook, plan: Plan): ChapterTable {
  const whys = whysOf(book);
  return {
    title: 'By act',
    columns: [
      { title: 'Act', unit: 'text' },
      { title: 'When the rule is', unit: 'text' },
      { title: 'Done', unit: 'count' },
      ...whys.map((why) => ({ title: whyLabel(why), unit: 'count' as const })),
    ],
    rows: actsOf(plan).map(({ name, rule, on }) => [
      ...[name, `${rule}, ${on}`, book.counted(`${name} ${DONE}`)],
      ...whys.map((why) => book.counted(`${name} ${why}`)),
    ]),
  };
}

const latest = (book: ChapterBook): ChapterTable => ({
  title: LATEST,
  columns: [
    { title: 'At', unit: 'ms' },
    { title: 'Device', unit: 'text' },
    { title: 'Act', unit: 'text' },
    { title: 'Came to', unit: 'text' },
    { title: 'By the rule', unit: 'text' },
    { title: 'With', unit: 'text' },
  ],
  rows: book.rows(LATEST),
});

function fold({ plan, devices, of }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const acts = of('acts');
  const note = (device: number, decision: Decision): void => {
    const { act, rule, version, done, why } = decision;
    const decided = acts.timeOf(decision);
    const known = HELD_WHY.find((one) => one === why) ?? OTHER;
    const sort = done ? DONE : known;
    book.count(sort);
    book.count(`${act} ${sort}`);
    if (!done) book.count(HELD);
    book.happened(done ? DONE : whyLabel(known), decided * 1000);
    book.row(LATEST, decided, [
      ...[decided, deviceName(plan, device), act, outcomeOf(decision)],
      ...[`${rule}, version ${version}`, valuesOf(decision)],
    ]);
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const decision of acts.decisionsOf(device)) note(device, decision);
        for (const { decision, heard, effects } of acts.commandsOf(device)) {
          if (heard.length > 1) book.count(AGAIN);
          const [first] = effects;
          if (first === undefined) continue;
          book.count('effects');
          if (decision === null) continue;
          book.took(EFFECT, Math.max(0, first.t - decision.at * 1000));
        }
      }
    },
  };
}

const valuesOf = ({ values }: Decision): string =>
  values === null
    ? ''
    : Object.entries(values)
        .map(([name, value]) => `${name} ${rounded(value)}`)
        .join(', ');

const rounded = (value: number | boolean): number | boolean =>
  typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
