/**
 * How models fared that devices judge by: by what devices decided at each time, and which of them
 * gave their model up, when, and for how long. By their own states; whether it was right is for the
 * checker.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName, ms } from '../judging/witness.ts';
import type { Sense } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

/** By what a device decides, as its states say it. */
const PARTS = [
  { state: 'rule', name: 'by the rule', sense: 'rest' },
  { state: 'shadow', name: 'by the rule, a model in shadow', sense: 'way' },
  { state: 'fallback', name: 'by the rule in place of a model', sense: 'bad' },
  { state: 'model', name: 'by a model', sense: 'good' },
] as const satisfies readonly { state: State; name: string; sense: Sense }[];

type State = 'rule' | 'shadow' | 'fallback' | 'model';

const REGION = 'detector.';
/** Curves of the book share its names. */
const CURVE = 'devices that decide ';
const MEMBERS = 'devices that judge what they measure';
const FELL = 'gave its model up';
const FELL_TIMES = 'times that a model was given up';
const BACK = 'times that it took over again';
const LONGEST = 'Longest without their model';

export default defineChapter({
  kind: 'models',
  title: 'Models at the edge',
  summary: 'by what devices judged what they measured, and when they gave a model up',
  asks: [],
  part: 'detector',
  start: (context, book) => fold(context, book),
  tell: (book) => {
    const [members, fell] = [book.counted(MEMBERS), book.counted(FELL)];
    const judged = book.counted('judged');
    const odd = book.counted('odd');
    return {
      lead:
        `${plural(judged, 'reading')} were judged, ${formatCount(odd)} of them found odd; ` +
        `${formatCount(fell)} of ${plural(members, 'device')} gave a model up.`,
      figures: [
        { label: 'Devices that judge', value: members, unit: 'count' },
        { label: 'Models given up', value: book.counted(FELL_TIMES), unit: 'count' },
        { label: 'Taken over again', value: book.counted(BACK), unit: 'count' },
        { label: 'Readings of a model in shadow', value: book.counted('shadowed'), unit: 'count' },
        { label: 'Of these, as the rule', value: book.counted('agreed'), unit: 'count' },
      ],
      wholes: [
        {
          title: 'By what readings were judged',
          parts: [
            { label: 'rule', count: book.counted('rule') },
            { label: 'model', count: book.counted('model') },
          ],
        },
      ],
      spans: [],
      series: [],
      courses: [
        {
          title: 'By what devices decided',
          about:
            `Each column stands for all ${plural(members, 'device')} that judge what they ` +
            'measure, parted by what decided at that time.',
          parts: PARTS.map(({ name, sense }) => ({
            sense,
            series: { ...book.average(`${CURVE}${name}`, 'devices'), name },
          })),
          rows: [],
        },
      ],
      tables: [
        {
          title: LONGEST,
          columns: [
            { title: 'Device', unit: 'text' },
            { title: 'Gave it up at', unit: 'ms' },
            { title: 'For', unit: 'ms' },
          ],
          rows: book.rows(LONGEST),
        },
      ],
    };
  },
});

/** Follows one device; one without power stays where it was, and says so when it comes up. */
class OneDetector {
  readonly #book: ChapterBook;
  readonly #name: string;
  #state: State = 'rule';
  #since = 0;
  #hasFallen = false;

  constructor(book: ChapterBook, name: string) {
    this.#book = book;
    this.#name = name;
  }

  goes(t: number, to: string): void {
    const next = PARTS.find(({ state }) => state === to)?.state;
    if (next === undefined || next === this.#state) return;
    this.#close(t);
    // It falls back where it went by a model; one that has just come up does not know yet.
    if (this.#state === 'model' && next === 'fallback') {
      this.#book.count(FELL_TIMES);
      if (!this.#hasFallen) this.#book.count(FELL);
      this.#hasFallen = true;
    }
    if (this.#state === 'fallback' && next === 'model' && this.#hasFallen) this.#book.count(BACK);
    this.#state = next;
    this.#since = t;
  }

  end(endUs: number): void {
    this.#close(endUs);
  }

  #close(t: number): void {
    const part = PARTS.find(({ state }) => state === this.#state);
    this.#book.lasted(`${CURVE}${part?.name}`, this.#since, t);
    if (this.#state !== 'fallback' || !this.#hasFallen) return;
    const lasted = t - this.#since;
    this.#book.row(LONGEST, lasted, [this.#name, ms(this.#since), ms(lasted)]);
  }
}

function fold({ plan, devices }: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const own = devices.filter((device) => judges(plan, device));
  const all = new Map(
    own.map((device) => [device, new OneDetector(book, deviceName(plan, device))]),
  );
  return {
    ops: ['state', 'detector/judged'],
    step: (entry) => {
      const { device, t } = entry;
      if (entry.op === 'state' && entry.state.startsWith(REGION)) {
        all.get(device)?.goes(t, entry.state.slice(REGION.length));
      } else if ((entry.op as string) === 'detector/judged') noteJudged(book, entry);
    },
    end: () => {
      book.count(MEMBERS, own.length);
      for (const one of all.values()) one.end(book.endMs * 1000);
    },
  };
}

function noteJudged(book: ChapterBook, entry: LedgerEntry): void {
  const { by, odd, shadow } = entry as unknown as { by: string; odd: boolean; shadow: string };
  book.count('judged');
  book.count(by === 'model' ? 'model' : 'rule');
  if (odd) book.count('odd');
  if (shadow === '') return;
  book.count('shadowed');
  if (by === 'rule' && shadow === String(odd)) book.count('agreed');
}

const judges = (plan: Plan, device: number): boolean =>
  plan.entries[plan.devices[device]?.entry ?? -1]?.parts.some(({ kind }) => kind === 'detector') ===
  true;
