/**
 * How twins fared: what was asked for and what came of it, how long a device took to be set so, and
 * which were slowest. The time begins when the change was answered, or when its device came back.
 */
import type { Oracles } from '#oracles';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName, ms } from '../judging/witness.ts';
import type { ChapterTable } from '../result.ts';
import { formatSpan, plural } from '../wording.ts';

const OUTCOMES = ['accepted', 'refused', 'unknown'] as const;
const THERE = 'to a device that was there';
const BACK = 'to a device that came back';
const ALL = 'all';
const SLOWEST = 'Slowest';
const REFUSED = 'Refused by the target';
const CHANGES = 'changes asked for';
const GIVEN = 'given by templates';
const SET_SO = 'changes that reached their device';

type Twins = Oracles['twin'];
type Change = ReturnType<Twins['accepted']>[number];
type Story = ReturnType<Twins['of']>;

export default defineChapter({
  kind: 'twins',
  title: 'Twins',
  summary: 'what was desired of devices, and how long they took to be set so',
  asks: ['connections', 'twin'],
  workflow: 'twin',
  start: (context, book) => fold(context, book),
  tell: (book) => {
    const all = book.span(ALL);
    const asked = book.counted('asked');
    const accepted = book.counted('accepted');
    const reached = `${plural(all.count, 'change')} of ${accepted} reached their device`;
    const took =
      all.max === 0
        ? 'all of them at once'
        : `half of them within ${formatSpan(all.p50)}, 99 % within ${formatSpan(all.p99)}`;
    return {
      lead:
        asked === 0
          ? 'No change was asked for.'
          : `${reached}${all.count === 0 ? '' : `, ${took}`}.`,
      figures: [
        { label: 'Twins changed', value: book.counted('devices'), unit: 'count' },
        { label: 'Changes asked for', value: asked, unit: 'count' },
        ...(book.counted(GIVEN) === 0
          ? []
          : [
              { label: 'Of them by templates', value: book.counted(GIVEN), unit: 'count' as const },
            ]),
        { label: 'Overtaken by the next', value: book.counted('overtaken'), unit: 'count' },
        { label: 'Open at the end', value: book.counted('open'), unit: 'count' },
        { label: 'Settings refused by devices', value: book.counted('settings'), unit: 'count' },
        ...(book.counted(REFUSED) === 0
          ? []
          : [{ label: REFUSED, value: book.counted(REFUSED), unit: 'count' as const }]),
      ],
      wholes: [
        {
          title: 'What the target answered',
          parts: OUTCOMES.map((label) => ({ label, count: book.counted(label) })),
        },
      ],
      spans: [book.span(THERE), book.span(BACK), all],
      series: [book.curve(CHANGES, ''), book.curve(SET_SO, '')],
      tables: tablesOf(book),
    };
  },
});

function tablesOf(book: ChapterBook): ChapterTable[] {
  const slowest: ChapterTable = {
    title: SLOWEST,
    columns: [
      { title: 'Device', unit: 'text' },
      { title: 'It', unit: 'text' },
      { title: 'Version', unit: 'count' },
      { title: 'Took', unit: 'ms' },
    ],
    rows: book.rows(SLOWEST),
  };
  const refused: ChapterTable = {
    title: REFUSED,
    columns: [
      { title: 'Device', unit: 'text' },
      { title: 'What', unit: 'text' },
      { title: 'Status', unit: 'count' },
      { title: 'Why', unit: 'text' },
      { title: 'Times', unit: 'count' },
    ],
    rows: book.rows(REFUSED),
  };
  return refused.rows.length === 0 ? [slowest] : [slowest, refused];
}

/** Each stage of a template is a change of its device. */
function askedOf(twins: Twins, device: number) {
  const given = twins.accepted(device).filter((change) => change.given !== undefined);
  return { changes: [...twins.of(device).changes, ...given], given: given.length };
}

function fold(context: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const { devices, of, plan } = context;
  const twins = of('twin');
  const connections = of('connections');
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const { holds, refusals } = twins.of(device);
        noteRefusals(book, deviceName(plan, device), refusals);
        const { changes, given } = askedOf(twins, device);
        if (changes.length === 0) continue;
        if (given > 0) book.count(GIVEN, given);
        book.count('devices');
        book.count('settings', Object.keys(Object(holds.at(-1)?.refused)).length);
        for (const { askedAt, outcome } of changes) {
          book.count('asked');
          book.count(outcome);
          book.happened(CHANGES, askedAt);
        }
        noteReached(device, connections.over(device).connections);
      }
    },
  };

  /** Versions and holds both go forward, so one walk over both is enough. */
  function noteReached(device: number, stands: readonly { from: number; to: number }[]): void {
    const { holds } = twins.of(device);
    const accepted = twins.accepted(device);
    let at = 0;
    for (const [index, change] of accepted.entries()) {
      while (at < holds.length && !isSetSo(device, at, change)) at++;
      const hold = holds[at];
      const isLast = index === accepted.length - 1;
      if (hold === undefined || (hold.version > change.version && !isLast)) {
        book.count(isLast ? 'open' : 'overtaken');
        continue;
      }
      if (change.answeredAt === Number.POSITIVE_INFINITY) continue;
      const isThere = stands.some(
        ({ from, to }) => from <= change.answeredAt && to >= change.answeredAt,
      );
      const back = stands.find(({ from }) => from > change.answeredAt)?.from;
      const from = isThere ? change.answeredAt : (back ?? hold.t);
      const took = Math.max(0, hold.t - from);
      const how = isThere ? THERE : BACK;
      book.took(how, took);
      book.took(ALL, took);
      book.happened(SET_SO, hold.t);
      if (took === 0) continue;
      const was = isThere ? 'was there' : 'came back';
      book.row(SLOWEST, took, [deviceName(plan, device), was, change.version, ms(took)]);
    }
  }

  function isSetSo(device: number, at: number, { version }: Change): boolean {
    const hold = twins.of(device).holds[at];
    return hold !== undefined && hold.version >= version && twins.amiss(device, hold)?.length === 0;
  }
}

/** Those of one sort together, with the first reason that was given. */
function noteRefusals(book: ChapterBook, device: string, refusals: Story['refusals']): void {
  const sorts = new Map<string, { who: string; status: number; why: string; times: number }>();
  for (const { who, status, why } of refusals) {
    book.count(REFUSED);
    const sort = sorts.get(`${who} ${status}`) ?? { who, status, why, times: 0 };
    sorts.set(`${who} ${status}`, { ...sort, times: sort.times + 1 });
  }
  for (const { who, status, why, times } of sorts.values()) {
    book.row(REFUSED, times, [device, `a ${who}`, status, why, times]);
  }
}
