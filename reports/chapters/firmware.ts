/**
 * How firmware was rolled out: how far devices were at each time, what became of each offer, how
 * long a device took from the offer to where it keeps the image, what was loaded for it, and what
 * was decided about each wave and by which figures.
 */
import { firmwareOf } from '#kernel';
import type { Oracles } from '#oracles';
import { type ChapterFold, defineChapter } from '../chapter.ts';
import type { LaneContext } from '../checker.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { deviceName, ms } from '../judging/witness.ts';
import { formatCount, formatSpan, plural } from '../wording.ts';
import { controlTable } from './firmware/control-table.ts';
import { courseOf, DeviceCourse, haltsOf } from './firmware/course.ts';
import { FALLEN, fallTable, noteFalls } from './firmware/falls.ts';
import { gateTable } from './firmware/gate-table.ts';
import { loadTables, noteLoads } from './firmware/loads.ts';
import { notePatch, patchFigures } from './firmware/patches.ts';
import { noteRefusal, refusalTable } from './firmware/refusals.ts';

const OPEN = 'open at the end';
const UNTAKEN = 'never taken';
const ENDINGS = ['confirmed', 'failed', 'rolled-back'] as const;
const OUTCOMES = [...ENDINGS, OPEN, UNTAKEN] as const;
const LABELS: Readonly<Record<(typeof OUTCOMES)[number], string>> = {
  confirmed: 'kept',
  failed: 'failed',
  'rolled-back': 'rolled back',
  [OPEN]: OPEN,
  [UNTAKEN]: UNTAKEN,
};
const SENSES = {
  confirmed: 'good',
  failed: 'bad',
  'rolled-back': 'bad',
  [OPEN]: 'rest',
  [UNTAKEN]: 'bad',
} as const;
const TOOK = 'from the offer to where it is kept';
const BEGUN = 'devices that began';
const MEMBERS = 'devices of campaigns';
const LOADED = 'loaded';
const SIZE = 'of images';
const SLOWEST = 'Slowest';
/** So many are told at the head; all of them in their table. */
const HALTS_MOST = 3;

export default defineChapter({
  kind: 'firmware',
  title: 'Firmware',
  summary: 'what became of firmware that was rolled out, and what was decided about each wave',
  asks: ['ota', 'ota/fleet'],
  workflow: 'ota',
  start: (context, book) => fold(context, book),
  tell: (book, plan, of) => {
    const [waves, controls] = [of('ota/fleet').waves(), of('ota/fleet').controls()];
    const took = book.span(TOOK);
    const begun = book.counted(BEGUN);
    return {
      lead: leadOf(book, took, waves),
      figures: [
        { label: 'Offers that devices took', value: begun, unit: 'count' },
        { label: 'Restarts into firmware on trial', value: book.counted('trials'), unit: 'count' },
        {
          label: 'Devices that fell by what they had kept',
          value: book.counted(FALLEN),
          unit: 'count',
        },
        { label: 'Devices that can run nothing', value: book.counted('bricked'), unit: 'count' },
        { label: 'Loaded', value: book.counted(LOADED), unit: 'bytes' },
        { label: 'Size of what was loaded', value: book.counted(SIZE), unit: 'bytes' },
        ...patchFigures(book),
      ],
      wholes: [
        {
          title: 'How offers ended',
          parts: OUTCOMES.map((name) => ({
            label: LABELS[name],
            count: name === UNTAKEN ? of('ota/fleet').taken().untaken.length : book.counted(name),
            sense: SENSES[name],
          })),
        },
      ],
      spans: [took],
      series: [],
      courses: [courseOf(book, plan, waves, controls, book.counted(MEMBERS))],
      tables: [
        gateTable(waves),
        fallTable(book),
        refusalTable(book),
        ...(controls.length === 0 ? [] : [controlTable(controls)]),
        ...loadTables(book, plan),
        {
          title: SLOWEST,
          columns: [
            { title: 'Device', unit: 'text' },
            { title: 'Campaign', unit: 'text' },
            { title: 'Attempt', unit: 'count' },
            { title: 'Took', unit: 'ms' },
          ],
          rows: book.rows(SLOWEST),
        },
      ],
    };
  },
});

/** What became of offers, and which waves were halted. */
function leadOf(
  book: ChapterBook,
  took: { count: number; p50: number | null },
  waves: Parameters<typeof haltsOf>[0],
): string {
  const [begun, kept] = [book.counted(BEGUN), book.counted('confirmed')];
  const half = took.count === 0 ? '' : `, half of them within ${formatSpan(took.p50)}`;
  const ended =
    begun === 0
      ? 'No device took an offer.'
      : `${plural(kept, 'offer')} of ${formatCount(begun)} that devices took ended with ` +
        `firmware that is kept${half}.`;
  const halts = haltsOf(waves).slice(0, HALTS_MOST);
  return [ended, ...halts.map((halt) => `${halt}.`)].join(' ');
}

type Attempt = ReturnType<Oracles['ota']['of']>['attempts'][number];

function fold(context: Omit<LaneContext, 'params'>, book: ChapterBook): ChapterFold {
  const { devices, of, plan } = context;
  const firmware = of('ota');
  const waves = of('ota/fleet');
  const names = firmwareOf(plan).map(({ campaign }) => campaign.name);
  const members = devices.filter((one) => names.some((name) => waves.waveOf(name, one) !== null));
  const courses = new Map(members.map((device) => [device, new DeviceCourse(book)]));
  return {
    ops: ['state'],
    step: (entry) => {
      if (entry.op === 'state') courses.get(entry.device)?.step(entry);
    },
    end: () => {
      book.count(MEMBERS, members.length);
      for (const course of courses.values()) course.end();
      for (const device of devices) {
        const { attempts, boots, bricked } = firmware.of(device);
        book.count('trials', boots.filter(({ isTrial }) => isTrial).length);
        if (bricked !== null) book.count('bricked');
        for (const attempt of attempts) noteAttempt(device, attempt);
        noteLoads(book, plan, device, attempts);
        noteFalls(book, plan, device, firmware.fallen(device));
      }
    },
  };

  function noteAttempt(device: number, attempt: Attempt): void {
    const { campaign, beganAt, endedAt, status, bytes, size } = attempt;
    const { deltas } = firmware;
    notePatch(book, attempt, { spared: deltas.saved(attempt), inVain: deltas.inVain(attempt) });
    book.count(BEGUN);
    noteRefusal(book, attempt);
    book.count(LOADED, bytes);
    book.count(SIZE, size);
    book.count(ENDINGS.find((one) => one === status) ?? OPEN);
    if (endedAt === null || status !== 'confirmed') return;
    const took = endedAt - beganAt;
    book.took(TOOK, took);
    book.row(SLOWEST, took, [deviceName(plan, device), campaign, attempt.attempt, ms(took)]);
  }
}
