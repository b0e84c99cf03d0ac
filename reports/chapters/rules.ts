/**
 * How rules fared: how many alarms each raised and when, how long an alarm took from where it was
 * due, and how long it stood. What nobody looked at since it was out of its time is told beside.
 */
import { rulesOf } from '#kernel';
import type { Oracles } from '#oracles';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { sayCondition } from '../judging/rule-terms.ts';
import { formatSpan, plural } from '../wording.ts';

type Story = ReturnType<Oracles['rules']['of']>[number];
type Told = Story['told'][number];

const RAISED = 'alarms raised';
const STANDING = 'alarms that stood';
const TOOK = 'from where it was due to the alarm';
const STOOD = 'from raised to cleared, by the devices';
const LONGEST = 'Alarms that stood longest';
const US = 1000;

export default defineChapter({
  kind: 'rules',
  title: 'Rules',
  summary: 'which alarms rules raised, how soon, and how long these stood',
  asks: ['rules'],
  workflow: 'rules',
  start: (context, book) => fold(context, book),
  tell: (book, plan) => {
    const took = book.span(TOOK);
    const [alarms, open] = [book.counted(RAISED), book.counted('open')];
    const soon = took.max === 0 ? 'all of them at once' : `99 % within ${formatSpan(took.p99)}`;
    return {
      lead:
        alarms === 0
          ? 'No rule raised an alarm.'
          : `${plural(rulesOf(plan).length, 'rule')} raised ${plural(alarms, 'alarm')}, ` +
            `each time counted, ${soon}; ${open} stood at the end.`,
      figures: [
        { label: 'Alarms raised', value: alarms, unit: 'count' },
        { label: 'Stood at the end', value: open, unit: 'count' },
        { label: 'Readings after a later one', value: book.counted('late'), unit: 'count' },
        { label: 'Readings of a time to come', value: book.counted('ahead'), unit: 'count' },
        { label: 'Readings too late for a window', value: book.counted('missed'), unit: 'count' },
      ],
      wholes: [],
      spans: [took, book.span(STOOD)],
      series: [book.curve(RAISED, ''), book.most(STANDING, 'at most')],
      tables: [
        {
          title: 'Rules',
          columns: [
            { title: 'Rule', unit: 'text' },
            { title: 'Asks for', unit: 'text' },
            { title: 'Over', unit: 'text' },
            { title: 'Alarms', unit: 'count' },
            { title: 'Stand', unit: 'count' },
          ],
          rows: rulesOf(plan).map((rule) => [
            rule.name,
            rule.silentMs > 0 ? `silent for ${formatSpan(rule.silentMs)}` : sayCondition(rule),
            `${rule.of || 'all'}, per ${rule.per}`,
            book.counted(`raised ${rule.name}`),
            book.counted(`open ${rule.name}`),
          ]),
        },
        {
          title: LONGEST,
          columns: [
            { title: 'Rule', unit: 'text' },
            { title: 'Over', unit: 'text' },
            { title: 'Raised at', unit: 'ms' },
            { title: 'Stood', unit: 'ms' },
            { title: 'Is over', unit: 'text' },
          ],
          rows: book.rows(LONGEST),
        },
      ],
    };
  },
});

function fold({ plan, devices, of }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const rules = of('rules');
  /** Those of an inbox have a chapter of their own. */
  const names = new Set(rulesOf(plan).map(({ name }) => name));
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const { told = null } = rules.rejected(device) ?? {};
        book.count('late', told?.late ?? 0);
        book.count('ahead', told?.ahead ?? 0);
        for (const story of rules.of(device).filter(({ rule }) => names.has(rule.name))) {
          book.count('missed', story.missed.told);
          for (const alarm of story.told) note(story, alarm);
        }
      }
    },
  };

  function note({ rule, subject, expected, ahead }: Story, alarm: Told): void {
    const { since, at, cleared } = alarm;
    const inRun = (time: number): number => Math.max(0, time - ahead.likely);
    const raised = inRun(alarm.raised);
    book.count(RAISED);
    book.count(`raised ${rule.name}`);
    book.happened(RAISED, raised * US);
    const due = expected.find((one) => one.since === since);
    if (due !== undefined) book.took(TOOK, Math.max(0, raised - inRun(due.due)) * US);
    // An end is told by the clock of the device, which may be another.
    const over = due?.overAt == null ? (cleared ?? book.endMs) : inRun(due.overAt);
    book.stood(STANDING, raised * US, Math.max(raised, over) * US);
    if (cleared === null) {
      book.count('open');
      book.count(`open ${rule.name}`);
    } else book.took(STOOD, Math.max(0, cleared - at) * US);
    const stood = Math.max(0, over - raised);
    const row = [rule.name, subject, raised, stood, cleared === null ? 'no' : 'yes'];
    book.row(LONGEST, stood, row);
  }
}
