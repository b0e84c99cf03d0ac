/**
 * When a device was away although it should have been there. A device that has been let in once
 * should be connected for as long as it has power and is awake, but for what the plan declares:
 * faults on its link, its power or the target, and the way back from them. What is left over nobody
 * planned.
 */
import { carrierOf, type EntryPlan, type LedgerEntry, type Plan, roundTripMs } from '#kernel';
import { isPlannedEnd, isSilentEnd } from './endings.ts';
import { defineOracle } from './oracle.ts';
import type { Span, Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    absence: AbsenceOracle;
  }
}

export default defineOracle({
  kind: 'absence',
  summary: 'when devices were away that no fault of the plan had taken away',
  scope: 'lane',
  start: ({ plan, timeline }) => new AbsenceOracle(plan, timeline),
});

export interface Absence extends Span {
  /** The last attempt of it was answered, and refused, by the target itself. */
  denied: boolean;
}

/** Injecting takes a moment itself. */
const EDGE_US = 250_000;
/** An attempt that nobody answers is given up after so long. */
const ATTEMPT_US = 10_000_000;
/** What else a way back takes: handshakes of many, and the next look at a silent line. */
const SLACK_US = 2_000_000;

interface Life {
  /** It was let in once. */
  met: boolean;
  /** Null while it is there, or nobody expects it: never let in, asleep, or without power. */
  away: { since: number; denied: boolean } | null;
  absences: Absence[];
}

export class AbsenceOracle {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #lives = new Map<number, Life>();

  constructor(plan: Plan, timeline: Timeline) {
    this.#plan = plan;
    this.#timeline = timeline;
  }

  step(entry: LedgerEntry): void {
    switch (entry.op) {
      case 'online': {
        const life = this.#life(entry.device);
        this.#accounted(life, entry.t);
        life.met = true;
        break;
      }
      case 'offline':
        this.#offline(this.#life(entry.device), entry.t, entry.why);
        break;
      case 'off':
        this.#accounted(this.#life(entry.device), entry.t);
        break;
      case 'boot':
        this.#away(this.#life(entry.device), entry.t, false);
        break;
      case 'connect-failed':
        this.#away(this.#life(entry.device), entry.t, isWordOfTarget(entry.why));
        break;
      case 'state':
        // One that falls asleep while it waits for its next attempt writes nothing else.
        if (entry.state !== 'connection.sleeping') break;
        this.#accounted(this.#life(entry.device), entry.t);
        break;
    }
  }

  /** Whether it was let in at all, so that it can be missed. */
  hasMet(device: number): boolean {
    return this.#lives.get(device)?.met === true;
  }

  /**
   * What nobody planned of its absences up to the end of sampling, but for what is no longer than
   * its own back-off takes for a first attempt.
   */
  unplanned(device: number): Absence[] {
    const grace = this.#graceOf(device);
    return this.#unexcused(device).filter(({ from, to }) => to - from > grace);
  }

  /** It was away when sampling ended, for whatever reason, and did not come back after that. */
  isMissingAtEnd(device: number): boolean {
    const away = this.#lives.get(device)?.away ?? null;
    return away !== null && away.since < this.#timeline.samplingEnd;
  }

  /** Whether a fault of the plan, or the way back from it, explains that it was away at `t`. */
  isExcusedAt(device: number, t: number): boolean {
    return this.#excusesOf(device).some(({ from, to }) => t >= from && t < to);
  }

  #offline(life: Life, t: number, why: string): void {
    // Who falls silent has lost its power or its memory: it boots again, and then it is expected.
    if (isPlannedEnd(why) || isSilentEnd(why)) this.#accounted(life, t);
    else this.#away(life, t, false);
  }

  /** From now on, or still. */
  #away(life: Life, t: number, denied: boolean): void {
    if (life.met) life.away = { since: life.away?.since ?? t, denied };
  }

  /** It is back, or where it is meant to be. */
  #accounted(life: Life, t: number): void {
    const { away } = life;
    if (away === null) return;
    life.absences.push({ from: away.since, to: t, denied: away.denied });
    life.away = null;
  }

  #life(device: number): Life {
    let life = this.#lives.get(device);
    if (life === undefined) {
      life = { met: false, away: null, absences: [] };
      this.#lives.set(device, life);
    }
    return life;
  }

  /** Up to now, the one that lasts among them. */
  #absencesOf(device: number): Absence[] {
    const { absences, away } = this.#lives.get(device) ?? { absences: [], away: null };
    if (away === null) return absences;
    const lasting = { from: away.since, to: Number.POSITIVE_INFINITY, denied: away.denied };
    return [...absences, lasting];
  }

  #unexcused(device: number): Absence[] {
    const end = this.#timeline.samplingEnd;
    const excuses = this.#excusesOf(device);
    return this.#absencesOf(device).flatMap((absence) =>
      without({ ...absence, to: Math.min(absence.to, end) }, excuses),
    );
  }

  #excusesOf(device: number): Excuse[] {
    const way = this.#wayBackOf(device);
    // Whoever they name: a target that is down is down for everybody.
    const onTarget = this.#timeline.faults.filter(
      ({ plan: { acts } }) => acts === 'target' || acts === 'inside',
    );
    return [...this.#timeline.faultsOn(device), ...onTarget]
      .filter(({ injected }) => injected)
      .map(({ id, from, to }) => ({
        from: from - EDGE_US,
        begunBy: to + way.noticedUs,
        to: to + Math.max(way.backUs, ...this.#grantedAfter(id)),
      }));
  }

  /** What an expectation of the plan itself grants for the return after a fault. */
  #grantedAfter(fault: string): number[] {
    return this.#plan.expect
      .filter(({ params }) => params.after === fault)
      .map(({ params }) => Number(params.within ?? 0) * 1000)
      .filter(Number.isFinite);
  }

  /** How long after a heal its connection may still break, and how long it may stay away then. */
  #wayBackOf(device: number): { noticedUs: number; backUs: number } {
    const entry = this.#entryOf(device);
    const noticedUs = 1_500_000 * (entry?.keepAliveS ?? 0) + SLACK_US;
    const waitUs = 1000 * (entry?.backoff.capMs ?? 0);
    return { noticedUs, backUs: noticedUs + ATTEMPT_US + waitUs + SLACK_US };
  }

  #graceOf(device: number): number {
    const profile = this.#plan.cohorts[this.#plan.devices[device]?.cohort ?? -1]?.profile;
    const roundTripUs = 1000 * roundTripMs(profile);
    const firstWaitUs = 2000 * (this.#entryOf(device)?.backoff.baseMs ?? 0);
    return firstWaitUs + 4 * roundTripUs + SLACK_US;
  }

  #entryOf(device: number): EntryPlan | undefined {
    return this.#plan.entries[this.#plan.devices[carrierOf(this.#plan, device)]?.entry ?? -1];
  }
}

interface Excuse extends Span {
  /** An absence that begins later is of its own making. */
  begunBy: number;
}

/** The code of a CONNACK leads it; everything else is what became of the connection. */
const isWordOfTarget = (why: string): boolean => /^\d/.test(why);

/** What is left of an absence, in order. */
function without(absence: Absence, excuses: readonly Excuse[]): Absence[] {
  const spans = excuses
    .filter(({ begunBy }) => absence.from <= begunBy)
    .sort((a, b) => a.from - b.from);
  const left: Absence[] = [];
  let from = absence.from;
  for (const excuse of spans) {
    const to = Math.min(excuse.from, absence.to);
    if (from < to) left.push({ ...absence, from, to });
    from = Math.max(from, excuse.to);
  }
  if (from < absence.to) left.push({ ...absence, from });
  return left;
}
