/**
 * Follows one device and one fault that is tied to a state of it through the ledger: whether each
 * time that it acted was one at which it had to, and was over when it had to be; and whether it
 * acted whenever it had to. It goes by the states that the device wrote down, and by nothing that
 * whoever struck it thought.
 */
import { regionOf, type StateTie } from '#kernel';
import { type FaultWindow, overlaps, type Timeline } from '#oracles';

/** What is not as it must be: a clause of which the device is the subject. */
export type Flaw = { kind: 'broken' | 'doubt'; at: number; what: string };

interface Open {
  from: number;
  leftAt: number;
}

export class TieWatch {
  readonly #fault: FaultWindow;
  readonly #tie: StateTie;
  readonly #timeline: Timeline;
  /** What is so late is too late. */
  readonly #graceUs: number;
  #isIn = false;
  #wasArmed = false;
  #entries = 0;
  /** Of these, such as whoever arms it may not have heard of. */
  #early = 0;
  #times = 0;
  /** Since when it had to act. */
  #owed: number | null = null;
  /** It came back into the state while the fault still acted. */
  #isBack = false;
  #open: Open | null = null;

  constructor(fault: FaultWindow, tie: StateTie, timeline: Timeline, graceUs: number) {
    this.#fault = fault;
    this.#tie = tie;
    this.#timeline = timeline;
    this.#graceUs = graceUs;
  }

  entered(t: number, state: string): Flaw[] {
    if (regionOf(state) !== regionOf(this.#tie.state)) return [];
    this.#arm(t);
    if (state === this.#tie.state) {
      this.#enter(t);
      return [];
    }
    const missed = this.#settle(t);
    if (this.#isIn && this.#open !== null) this.#open.leftAt = Math.min(this.#open.leftAt, t);
    this.#isIn = false;
    this.#isBack = false;
    return missed;
  }

  struck(t: number, n: number): Flaw[] {
    this.#arm(t);
    const { state, nth } = this.#tie;
    const { from, id, to } = this.#fault;
    const flaws: Flaw[] = [];
    const broken = (what: string): unknown => flaws.push({ kind: 'broken', at: t, what });
    if (!this.#isIn) broken(`was not in ${state} when ${id} began to act on it`);
    if (t < from || t > to) broken(`was struck by ${id} outside its time`);
    if (this.#open !== null || n !== this.#times) broken(`was struck by ${id} twice at once`);
    const least = this.#entries - this.#early;
    if (nth !== undefined && (nth < least || nth > this.#entries || this.#times > 0)) {
      broken(`entered ${state} for time ${this.#entries}, and ${id} waits for time ${nth}`);
    }
    this.#times++;
    this.#owed = null;
    this.#isBack = false;
    this.#open = { from: t, leftAt: Number.POSITIVE_INFINITY };
    return flaws;
  }

  relieved(t: number): Flaw[] {
    const open = this.#open;
    const { id, to } = this.#fault;
    const { ends, forMs, nth } = this.#tie;
    if (open === null) {
      return [{ kind: 'broken', at: t, what: `was relieved of ${id}, which did not act on it` }];
    }
    this.#open = null;
    if (this.#isIn && this.#isBack && nth === undefined) this.#owed = t;
    this.#isBack = false;
    const leftAt = ends ? open.leftAt : Number.POSITIVE_INFINITY;
    const due = Math.min(open.from + forMs * 1000, leftAt, to);
    if (t < due - EARLY_US - this.#graceUs) {
      return [{ kind: 'broken', at: t, what: `was relieved of ${id} too early` }];
    }
    return t > due + this.#graceUs ? [this.#late(due, t, `was relieved of ${id} too late`)] : [];
  }

  /** The lane is complete. */
  end(): Flaw[] {
    const { healed, id, to } = this.#fault;
    this.#arm(Math.min(to, this.#timeline.end));
    const missed = this.#settle(this.#timeline.end);
    if (this.#open === null || !healed) return missed;
    const { from } = this.#open;
    return [...missed, { kind: 'broken', at: from, what: `was never relieved of ${id}` }];
  }

  /** Who is in the state when the fault may begin is met at once. */
  #arm(t: number): void {
    if (this.#wasArmed || t < this.#fault.from) return;
    this.#wasArmed = true;
    if (this.#isIn && this.#tie.nth === undefined) this.#owed = this.#fault.from;
  }

  #enter(t: number): void {
    const { from, to } = this.#fault;
    this.#isIn = true;
    if (t < from || t >= to) return;
    this.#entries++;
    if (t < from + this.#graceUs) this.#early++;
    if (this.#open !== null) this.#isBack = true;
    else if (this.#isDue()) this.#owed ??= t;
  }

  #isDue(): boolean {
    const { nth } = this.#tie;
    return nth === undefined || (nth === this.#entries && this.#early === 0);
  }

  /** What it owed until then it owes no more. */
  #settle(t: number): Flaw[] {
    const owed = this.#owed;
    const until = Math.min(t, this.#fault.to);
    this.#owed = null;
    if (owed === null || until <= owed + this.#graceUs) return [];
    const { id } = this.#fault;
    return [this.#late(owed, until, `was in ${this.#tie.state}, and ${id} did not act on it`)];
  }

  #late(from: number, to: number, what: string): Flaw {
    const stood = this.#timeline.stalls.some((stall) => overlaps(stall, { from, to }));
    return { kind: stood ? 'doubt' : 'broken', at: to, what };
  }
}

/** Delays count from the quantum in which they are asked for. */
const EARLY_US = 250_000;
