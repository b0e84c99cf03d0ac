/**
 * How a platform fared that goes by rules of its own and sends its alarms to an inbox: how many
 * were due, how many came, and what was amiss with them, rule by rule. Due is what the readings
 * ask for that our observers saw; where nobody can say what that is, it is counted apart.
 */
import { inboxOf, type Plan } from '#kernel';
import { type Hindered, hinderedIn } from '#oracles';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import { type ChapterBook, ROWS_SHOWN } from '../judging/chapter-book.ts';
import { sayRefusals } from '../judging/refusals.ts';
import { asItWas, byItsClock, latenessOf } from '../judging/rule-lateness.ts';
import { doubtOf, type RuleStory } from '../judging/rule-story.ts';
import type { ChapterTable } from '../result.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';

type Due = RuleStory['expected'][number];
type Told = RuleStory['told'][number];

/** What a message or the lack of one may be; each is counted in all and of each rule. */
const SORTS = {
  due: 'Due',
  told: 'Told',
  missing: 'Missing',
  late: 'Late',
  again: 'Once more',
  spare: 'For nothing',
  wrong: 'Other times',
  unsure: 'Undecided',
} as const;
type Sort = keyof typeof SORTS;

const CAME = 'alarms that came';
const TOOK = 'from where it was due to the alarm';
const AMISS = 'What was amiss, earliest first';
/** Of a device under a rule nobody can say anything. */
const UNTOLD = 'untold';
const US = 1000;

const ofRule = (sort: Sort, rule: string): string => `${sort} of ${rule}`;

interface AtLarge {
  inbox: {
    strange: readonly { why: string; says: string; t: number }[];
    /** What one shard was told for all others. */
    understood: number;
    refusals: readonly { status: number; times: number; why: string; t: number }[];
  };
}

type Refusals = AtLarge['inbox']['refusals'];

export default defineChapter({
  kind: 'inbox',
  title: 'Inbox',
  summary: 'which alarms were due, which came, and what was amiss with them',
  asks: ['rules', 'rules/fleet'],
  workflow: 'inbox',
  start: (context, book) => fold(context, book),
  tell: (book, plan, of) => {
    const { inbox }: AtLarge = of('rules/fleet');
    const strange = inbox.strange.length;
    const messages = book.counted('messages') + inbox.understood;
    const first = inbox.strange.toSorted((a, b) => a.t - b.t).slice(0, ROWS_SHOWN);
    return {
      lead: [
        leadOf(book, strange, inbox.refusals),
        ...(messages + strange + inbox.refusals.length === 0 ? [awaitedOn(plan)] : []),
      ].join(' '),
      figures: [
        { label: 'Messages that were understood', value: messages, unit: 'count' },
        { label: 'Messages of nothing there is', value: strange, unit: 'count' },
        { label: 'Alarms due', value: book.counted('due'), unit: 'count' },
        { label: 'Alarms told', value: book.counted('told'), unit: 'count' },
        { label: 'Missing', value: book.counted('missing'), unit: 'count' },
        { label: 'Late', value: book.counted('late'), unit: 'count' },
        { label: 'Told once more', value: book.counted('again'), unit: 'count' },
        { label: 'Told for nothing', value: book.counted('spare'), unit: 'count' },
        { label: 'With other times', value: book.counted('wrong'), unit: 'count' },
      ],
      wholes: [],
      spans: [book.span(TOOK)],
      series: [book.curve(CAME, '')],
      tables: [
        byRule(book, plan),
        amissOf(book),
        {
          title: 'Messages of nothing there is, earliest first',
          columns: [
            { title: 'At', unit: 'ms' },
            { title: 'Why', unit: 'text' },
            { title: 'Says', unit: 'text' },
          ],
          rows: first.map(({ why, says, t }) => [t / US, why, says]),
        },
        ...refusedOf(inbox.refusals),
      ],
    };
  },
});

function leadOf(book: ChapterBook, strange: number, refusals: Refusals): string {
  const [due, missing, untold] = [
    book.counted('due'),
    book.counted('missing'),
    book.counted(UNTOLD),
  ];
  const open = book.counted('unsure') - untold;
  const came = book.span(TOOK);
  const soon = came.count === 0 ? '' : `, 99 % within ${formatSpan(came.p99)}`;
  const said =
    due === 0
      ? 'No alarm was due.'
      : `Of ${plural(due, 'alarm')} that were due ${formatCount(due - missing)} came${soon}.`;
  const spare = book.counted('spare');
  return [
    said,
    ...(spare > 0 ? [`${plural(spare, 'message')} came for nothing.`] : []),
    ...(strange > 0 ? [`${plural(strange, 'message')} could not be understood.`] : []),
    ...(refusals.length > 0 ? [`Calls refused: ${sayRefusals(refusals)}.`] : []),
    ...(untold > 0 ? [`Of ${plural(untold, 'device')} under a rule nobody can say.`] : []),
    ...(open > 0 ? [`Of ${plural(open, 'alarm')} nobody can say whether they were due.`] : []),
  ].join(' ');
}

/** Whom nothing reached may have given another address to the target. */
function awaitedOn(plan: Plan): string {
  const { http, topic = '' } = inboxOf(plan) ?? {};
  const where =
    http === undefined
      ? `on the topic ${topic} and below it`
      : `by HTTP at port ${http.port}, path ${http.path}`;
  return `Nothing at all came: alarms are awaited ${where}.`;
}

function byRule(book: ChapterBook, plan: Plan): ChapterTable {
  const sorts = Object.keys(SORTS) as Sort[];
  return {
    title: 'By rule',
    columns: [
      { title: 'Rule', unit: 'text' },
      { title: 'Asks for', unit: 'text' },
      { title: 'Over', unit: 'text' },
      ...sorts.map((sort) => ({ title: SORTS[sort], unit: 'count' as const })),
    ],
    rows: (inboxOf(plan)?.rules ?? []).map(({ name, when, of }) => [
      ...[name, when, of || 'all'],
      ...sorts.map((sort) => book.counted(ofRule(sort, name))),
    ]),
  };
}

/** Left out where there are none. */
const refusedOf = (refusals: Refusals): ChapterTable[] =>
  refusals.length === 0
    ? []
    : [
        {
          title: 'Calls that were refused, and said nothing',
          columns: [
            { title: 'First at', unit: 'ms' },
            { title: 'Answer', unit: 'text' },
            { title: 'Calls', unit: 'count' },
            { title: 'Why, the first time', unit: 'text' },
          ],
          rows: refusals.map(({ status, times, why, t }) => [t / US, `${status}`, times, why]),
        },
      ];

const amissOf = (book: ChapterBook): ChapterTable => ({
  title: AMISS,
  columns: [
    { title: 'At', unit: 'ms' },
    { title: 'Rule', unit: 'text' },
    { title: 'Over', unit: 'text' },
    { title: 'What', unit: 'text' },
  ],
  rows: book.rows(AMISS),
});

function fold(context: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const { plan, devices, timeline, of } = context;
  const rules = of('rules');
  const names = new Set(inboxOf(plan)?.rules.map(({ name }) => name));
  const inRun = hinderedIn(timeline, plan);
  return {
    ops: ['inbox/told'],
    step: () => book.count('messages'),
    end: () => {
      for (const device of devices) {
        for (const story of rules.of(device)) {
          if (names.has(story.rule.name)) new Notes(story, book).all(byItsClock(inRun, story));
        }
      }
    },
  };
}

/** Writes down what came of one rule over one device. */
class Notes {
  readonly #story: RuleStory;
  readonly #book: ChapterBook;

  constructor(story: RuleStory, book: ChapterBook) {
    this.#story = story;
    this.#book = book;
  }

  all(hindered: Hindered): void {
    const { told, expected, strays, disputed } = this.#story;
    for (const { raised } of told) this.#came(raised);
    if (doubtOf(this.#story) !== null) {
      this.#book.count(UNTOLD);
      return this.#count('unsure');
    }
    for (const _ of disputed) this.#count('unsure');
    for (const due of expected) this.#due(asItWas(this.#story, due, hindered), hindered);
    const known = new Set([...expected.map(({ since }) => since), ...disputed]);
    for (const { since, raised } of told) {
      if (!known.has(since)) this.#amiss('spare', raised, 'is raised for nothing');
    }
    for (const { told: at, what } of strays) this.#amiss('spare', at, what);
  }

  #due(due: Due, hindered: Hindered): void {
    const { told, rule } = this.#story;
    const [first, ...more] = told.filter(({ since }) => since === due.since);
    // What was due just when the run ended is owed by nobody.
    if (first === undefined && due.isOpen) return;
    this.#count(due.isUnsure === true && this.#isAsItMay(due) ? 'unsure' : 'due');
    if (first === undefined) return this.#amiss('missing', due.due, 'is not raised');
    for (const { raised } of more) this.#amiss('again', raised, 'is raised once more');
    const { took, over } = latenessOf(first, due, rule.deadlineMs, hindered);
    this.#book.took(TOOK, Math.max(0, took) * US);
    if (over > 0) {
      this.#amiss('late', first.raised, `is raised ${formatSpan(took)} after it was due`);
    }
    const wrong = otherTimes(first, due);
    if (wrong !== null) this.#amiss('wrong', first.raised, wrong);
  }

  /** It came once and by its moments, however late, which is not to say that it had to. */
  #isAsItMay(due: Due): boolean {
    const { told, strays } = this.#story;
    const [first, ...more] = told.filter(({ since }) => since === due.since);
    const isOnce = first !== undefined && more.length === 0;
    return (
      isOnce && otherTimes(first, due) === null && !strays.some((one) => one.since === due.since)
    );
  }

  #came(raised: number): void {
    this.#count('told');
    this.#book.happened(CAME, raised * US);
  }

  #count(sort: Sort): void {
    this.#book.count(sort);
    this.#book.count(ofRule(sort, this.#story.rule.name));
  }

  #amiss(sort: Sort, at: number, what: string): void {
    this.#count(sort);
    this.#book.row(AMISS, -at, [at, this.#story.rule.name, this.#story.subject, what]);
  }
}

function otherTimes({ at, cleared }: Told, due: Due): string | null {
  if (at !== due.at) return 'is raised by another moment';
  if (cleared === due.cleared || (due.isEndOpen && cleared === null)) return null;
  if (cleared === null) return 'is not cleared';
  return due.cleared === null ? 'is cleared, and was not over' : 'is cleared by another moment';
}
