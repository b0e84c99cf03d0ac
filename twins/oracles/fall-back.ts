/**
 * Which gateway may speak for a child that has two of them, and when: its own while it runs, the
 * other one from a while after that fell until a while after it came back. Told by when the
 * gateways ran, by the word of their own statecharts, and by what each of them took in.
 */
import type { LedgerEntry, Plan } from '#kernel';
import { Askings } from './fall-back/askings.ts';
import { Offers } from './fall-back/offers.ts';
import { defineOracle } from './oracle.ts';
import { overlaps, type Span, type Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    'fall-back': FallBackOracle;
  }
}

export default defineOracle({
  kind: 'fall-back',
  summary: 'which of two gateways may speak for a child, and when',
  scope: 'lane',
  ops: ['gateway/took', 'state', 'not-sent'],
  start: ({ plan, timeline }) => new FallBackOracle(plan, timeline),
});

/** One that the other gateway took in, and was not to hear. */
interface OutOfTurn {
  t: number;
  stream: number;
  n: number;
  /** Before its own had been away for long enough, or long after that was back. */
  why: 'too-soon' | 'too-late' | 'own-runs';
  /** False where a fault on its bus may have made it late. */
  isDecided: boolean;
}

/** It had to be heard for a while, and was or was not; or nothing had to come of that. */
interface Absence extends Span {
  isTaken: boolean;
  undecided: 'away' | 'bus-fault' | 'nothing-to-say' | null;
}

export interface FallBackStory {
  child: number;
  other: number;
  /** When its own gateway was away for so long that the other had to be heard. */
  absences: readonly Absence[];
  took: number;
  outOfTurn: readonly OutOfTurn[];
}

/** What a machine that is busy may add. */
const LATE_US = 2_500_000;
/** A moment is written down a little later than it is. */
const EARLY_US = 50_000;

export class FallBackOracle {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #offers: Offers;
  readonly #askings: Askings;
  readonly #until: number;
  /** By gateway: since when it runs or does not, in order. */
  readonly #turns = new Map<number, { t: number; runs: boolean }[]>();
  readonly #taken = new Map<number, { t: number; stream: number; n: number }[]>();

  constructor(plan: Plan, timeline: Timeline) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#offers = new Offers(plan);
    this.#askings = new Askings(plan);
    this.#until = timeline.phase('drain')?.from ?? timeline.end;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op === 'state') return this.#turn(t, device, entry.state);
    if (op === 'not-sent') return this.#offers.notSent(device, entry.stream, entry.n, entry.why);
    const { child, stream, n } = entry as unknown as { child: number; stream: number; n: number };
    if (this.#plan.devices[child]?.fallBack !== device) return;
    const taken = this.#taken.get(child) ?? [];
    this.#taken.set(child, taken);
    taken.push({ t, stream, n });
  }

  /** Null of a device that has nobody to fall back on. */
  of(child: number): FallBackStory | null {
    const row = this.#plan.devices[child];
    const rules = this.#plan.entries[row?.entry ?? -1]?.fallBack;
    const own = row?.via ?? null;
    const other = row?.fallBack;
    if (other === undefined || rules === undefined || own === null) return null;
    const [afterUs, holdUs] = [rules.afterMs * 1000, rules.holdMs * 1000];
    const taken = this.#taken.get(child) ?? [];
    const away = this.awayOf(own);
    const lateUs = LATE_US + this.#askings.latencyUs(other);
    const outOfTurn = taken.flatMap(({ t, stream, n }) => {
      const why = turnAt(t, away, { afterUs, holdUs, lateUs });
      if (why === null) return [];
      const isDecided = why !== 'too-late' || !this.#isMadeLate(child, t, lateUs);
      return [{ t, stream, n, why, isDecided }];
    });
    const absences = away
      .filter(({ from, to }) => to - from > afterUs + this.#graceOf(child))
      .map(({ from, to }) => {
        const span = { from: from + afterUs, to: Math.min(to, this.#until) };
        const isTaken = taken.some(({ t }) => t >= span.from - EARLY_US && t <= span.to);
        return { ...span, isTaken, undecided: this.#undecided(child, other, span) };
      });
    return { child, other, absences, took: taken.length, outOfTurn };
  }

  /** So long it takes at most until a child has something to say. */
  #graceOf(child: number): number {
    const everyMs = this.#plan.entries[this.#plan.devices[child]?.entry ?? -1]?.everyMs ?? 0;
    return everyMs * 2000 + LATE_US;
  }

  /** Why nothing had to come of it; null where both ran, and it had something to say in time. */
  #undecided(child: number, other: number, span: Span): Absence['undecided'] {
    const isWhole = span.to - span.from > this.#graceOf(child);
    if (!isWhole || ![child, other].every((one) => this.#ranIn(one, span))) return 'away';
    const faults = this.#timeline.faultsOn(child);
    if (faults.some((fault) => fault.plan.bus !== undefined && overlaps(fault, span))) {
      return 'bus-fault';
    }
    const to = span.to - LATE_US - this.#askings.heardWithinUs(other, child);
    return this.#offers.hasIn(child, { from: span.from, to }) ? null : 'nothing-to-say';
  }

  /** A fault lets what it says arrive so much later, also once it says it elsewhere. */
  #isMadeLate(child: number, t: number, lateUs: number): boolean {
    return this.#timeline.faultsOn(child).some(({ from, to, plan }) => {
      const byUs = (plan.bus?.lateMs ?? 0) * 1000;
      return byUs > 0 && t >= from && t <= to + byUs + lateUs;
    });
  }

  #ranIn(device: number, span: Span): boolean {
    return !this.awayOf(device).some(({ from, to }) => from < span.to && to > span.from);
  }

  #turn(t: number, device: number, state: string): void {
    const runs = runsIn(state);
    if (runs === null) return;
    const turns = this.#turns.get(device) ?? [];
    this.#turns.set(device, turns);
    if (turns.at(-1)?.runs !== runs) turns.push({ t, runs });
  }

  /** Before it first ran it was not away: nobody has heard of it yet. */
  awayOf(device: number): Span[] {
    const turns = this.#turns.get(device) ?? [];
    return turns.flatMap(({ t, runs }, at) => {
      if (runs || at === 0) return [];
      return [{ from: t, to: turns[at + 1]?.t ?? Number.POSITIVE_INFINITY }];
    });
  }
}

/** Null where a state says nothing of that. */
function runsIn(state: string): boolean | null {
  if (state === 'power.on' || state === 'connection.connecting') return true;
  return state.startsWith('power.') || state === 'connection.sleeping' ? false : null;
}

/**
 * Why the other gateway was not to hear it then; null where it was. One whose own falls again
 * before that was back for `holdUs` goes on speaking through both, however short that is.
 */
function turnAt(
  t: number,
  away: readonly Span[],
  { afterUs, holdUs, lateUs }: Readonly<Record<'afterUs' | 'holdUs' | 'lateUs', number>>,
): OutOfTurn['why'] | null {
  let why: OutOfTurn['why'] = 'own-runs';
  let heldUntil = Number.NEGATIVE_INFINITY;
  for (const { from, to } of away) {
    const goesOn = from <= heldUntil + EARLY_US;
    if (!goesOn && to - from < afterUs - EARLY_US) continue;
    if (t < from - EARLY_US) break;
    if (!goesOn && t < from + afterUs - EARLY_US) {
      if (heldUntil < 0) why = 'too-soon';
      continue;
    }
    heldUntil = to + holdUs;
    if (t <= heldUntil + lateUs) return null;
    why = 'too-late';
  }
  return why;
}
