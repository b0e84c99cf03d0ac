/**
 * How much of a fleet was away unplanned, second by second. Lanes add their devices up as
 * differences, so that a device costs two figures an absence and not one a second; afterwards the
 * curve is read in order of time.
 */
import { addTo } from '#kernel';
import type { Absence, Span } from '#oracles';
import type { EvidenceBook } from '../evidence.ts';

const SECOND_US = 1_000_000;

export interface Away {
  devices: number;
  /** Of these, whom the target itself refused. */
  denied: number;
  byCohort: ReadonlyMap<number, number>;
}

export interface AwaySpan extends Span {
  worst: Away;
}

/** Only whole seconds count: a device is away in a second when it was never there in it. */
export function noteAbsence(book: EvidenceBook, cohort: number, absence: Absence): void {
  const from = Math.ceil(absence.from / SECOND_US);
  const to = Math.floor(absence.to / SECOND_US);
  if (to <= from) return;
  for (const name of [`away/${cohort}`, ...(absence.denied ? ['denied'] : [])]) {
    book.figure(`${name}/${from}`, 1);
    book.figure(`${name}/${to}`, -1);
  }
}

/** Spans in which more than `limit` devices were away, each at its worst. */
export function awaySpans(figures: Readonly<Record<string, number>>, limit: number): AwaySpan[] {
  const spans: AwaySpan[] = [];
  const byCohort = new Map<number, number>();
  let [devices, denied] = [0, 0];
  let open: AwaySpan | null = null;
  for (const [second, changes] of changesIn(figures)) {
    for (const { cohort, by } of changes) {
      if (cohort === null) denied += by;
      else {
        devices += by;
        byCohort.set(cohort, (byCohort.get(cohort) ?? 0) + by);
      }
    }
    const t = second * SECOND_US;
    if (devices <= limit) {
      if (open !== null) open.to = t;
      open = null;
      continue;
    }
    const now = { devices, denied, byCohort: new Map(byCohort) };
    if (open === null) {
      open = { from: t, to: Number.POSITIVE_INFINITY, worst: now };
      spans.push(open);
    } else if (devices > open.worst.devices) open.worst = now;
  }
  return spans;
}

interface Change {
  /** Null: among all those that were refused. */
  cohort: number | null;
  by: number;
}

/** By second, in order of time. */
function changesIn(figures: Readonly<Record<string, number>>): [number, Change[]][] {
  const seconds = new Map<number, Change[]>();
  for (const [name, by] of Object.entries(figures)) {
    const [word, ...numbers] = name.split('/');
    const second = Number(numbers.at(-1));
    if ((word !== 'away' && word !== 'denied') || !Number.isFinite(second)) continue;
    const change = { cohort: word === 'away' ? Number(numbers[0]) : null, by };
    addTo(seconds, second, change);
  }
  return [...seconds].sort(([a], [b]) => a - b);
}
