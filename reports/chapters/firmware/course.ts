/**
 * How far the devices of campaigns were at each time, as one picture: from those that have not
 * begun down to those that keep the image, with the waves above it and what was decided of each.
 */
import { firmwareOf, type LedgerEntryOf, type Plan } from '#kernel';
import type { Oracles } from '#oracles';
import type { ChapterBook } from '../../judging/chapter-book.ts';
import { ms } from '../../judging/witness.ts';
import type { ChapterCourse, CourseStretch, Sense } from '../../result.ts';
import { formatCount, plural } from '../../wording.ts';
import { type ControlSeen, heldStretches, windowStretches } from './control-table.ts';

/** What a person tells apart; several states of a device are one of these. */
const PARTS = [
  { name: 'not begun', sense: 'rest', states: ['idle'] },
  { name: 'offered', sense: 'way', states: ['notified', 'waiting'] },
  { name: 'downloading', sense: 'way', states: ['downloading', 'verifying'] },
  { name: 'installing', sense: 'way', states: ['staged', 'installing'] },
  { name: 'on trial', sense: 'way', states: ['testing'] },
  { name: 'failed', sense: 'bad', states: ['failed'] },
  { name: 'rolled back', sense: 'bad', states: ['rolled-back'] },
  { name: 'kept', sense: 'good', states: ['confirmed'] },
] as const satisfies readonly { name: string; sense: Sense; states: readonly string[] }[];

/** Curves of the book share its names. */
const CURVE = 'devices that are ';
const REGION = 'ota.';
/** So many campaigns have a row of their own. */
const ROWS = 6;

/** Follows one device; a state that is none of these, as a restart, leaves it where it was. */
export class DeviceCourse {
  readonly #book: ChapterBook;
  #part = 0;
  #since = 0;

  constructor(book: ChapterBook) {
    this.#book = book;
  }

  step({ state, t }: Pick<LedgerEntryOf<'state'>, 'state' | 't'>): void {
    if (!state.startsWith(REGION)) return;
    const name = state.slice(REGION.length);
    const part = PARTS.findIndex(({ states }) => states.some((one) => one === name));
    // One that comes up again after its update has ended is idle, and stays what it became.
    if (part < 0 || part === this.#part || (part === 0 && this.#isOver())) return;
    this.#close(t);
    this.#part = part;
  }

  end(): void {
    this.#close(Number.POSITIVE_INFINITY);
  }

  #isOver(): boolean {
    const sense = PARTS[this.#part]?.sense;
    return sense === 'good' || sense === 'bad';
  }

  #close(t: number): void {
    this.#book.lasted(`${CURVE}${PARTS[this.#part]?.name}`, this.#since, t);
    this.#since = t;
  }
}

export function courseOf(
  book: ChapterBook,
  plan: Plan,
  waves: readonly WaveTold[],
  controls: readonly ControlSeen[],
  devices: number,
): ChapterCourse {
  const names = firmwareOf(plan).map(({ campaign }) => campaign.name);
  const end = book.endMs;
  return {
    title: 'How far devices were',
    about:
      `Each column stands for all ${plural(devices, 'device')}, parted by how far their update ` +
      'was at that time. Above are the waves, and what held offers back; a broken line stands ' +
      'where a wave was decided, and a cap where a fault acted.',
    parts: PARTS.map(({ name, sense }) => ({
      sense,
      series: { ...book.average(`${CURVE}${name}`, 'devices'), name },
    })),
    rows: names
      .slice(0, ROWS)
      .flatMap((name) => [
        waves
          .filter(({ campaign, beganAt }) => campaign === name && beganAt !== null)
          .flatMap((wave) => stretchesOf(wave, names.length > 1 ? `${name}, wave` : 'wave', end)),
        heldStretches(controls, name, names.length > 1 ? `${name} ` : '', end),
        windowStretches(controls, name, names.length > 1 ? `${name} ` : '', end),
      ])
      .filter((row) => row.length > 0),
  };
}

export type WaveTold = ReturnType<Oracles['ota/fleet']['waves']>[number];

/** One for each decision; what was passed and halted later stands behind it. */
function stretchesOf(told: WaveTold, noun: string, end: number): CourseStretch[] {
  const { wave, of, beganAt, gates } = told;
  const from = ms(beganAt ?? 0);
  const name = `${noun} ${wave + 1}`;
  const short = [name, `${wave + 1}`];
  if (gates.length === 0) {
    const labels = [`${name}: ${plural(of, 'device')}, not decided`, ...short];
    return [{ from, to: Math.max(from, end), labels, sense: 'rest' }];
  }
  return gates.map((gate, at) => {
    const before = gates[at - 1];
    return stretchOf(told, gate, before === undefined ? from : ms(before.t), name, short);
  });
}

/** Which waves were halted, and by which figures. */
export const haltsOf = (waves: readonly WaveTold[]): string[] =>
  waves.flatMap((told) =>
    told.gates
      .filter(({ passed }) => !passed)
      .map(
        (gate) => `${told.campaign} was halted in wave ${told.wave + 1}: ${figuresOf(told, gate)}`,
      ),
  );

const figuresOf = (told: WaveTold, gate: WaveTold['gates'][number]): string =>
  (gate.passed ? null : beyond(told, gate)) ?? keptOf(told, gate);

function stretchOf(
  told: WaveTold,
  gate: WaveTold['gates'][number],
  from: number,
  name: string,
  short: string[],
): CourseStretch {
  const word = gate.passed ? 'passed' : 'halted';
  const figures = figuresOf(told, gate);
  return {
    from,
    to: Math.max(from, ms(gate.t)),
    labels: [`${name} ${word}: ${figures}`, `${name} ${word}`, ...short],
    sense: gate.passed ? 'good' : 'bad',
  };
}

/** Which bound it went beyond; null for none. */
function beyond(
  { mayFail, mayAil }: WaveTold,
  { failed, unwell, of }: WaveTold['gates'][number],
): string | null {
  const all = formatCount(of);
  if (mayFail !== null && failed > mayFail) {
    return `${formatCount(failed)} of ${all} failed, ${formatCount(mayFail)} may`;
  }
  if (mayAil === null || unwell <= mayAil) return null;
  return `${formatCount(unwell)} of ${all} fell by it, ${formatCount(mayAil)} may`;
}

const keptOf = ({ needed }: WaveTold, { confirmed, of }: WaveTold['gates'][number]): string =>
  `${formatCount(confirmed)} of ${formatCount(of)} kept it, ${formatCount(needed)} needed`;
