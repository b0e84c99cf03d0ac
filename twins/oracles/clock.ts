/**
 * When each reading was truly taken in, against what the gateway that took it in says of it; and
 * whether it knew the time then, by when it came up and when it was connected for long enough.
 */
import { type EntryPlan, type LedgerEntry, type Plan, streamOf } from '#kernel';
import { defineOracle } from './oracle.ts';
import type { Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    clock: ClockOracle;
  }
}

export default defineOracle({
  kind: 'clock',
  summary: 'when readings were taken in, and what gateways say of that',
  scope: 'lane',
  ops: ['clock/stamped', 'gateway/took', 'boot', 'state', 'online', 'offline'],
  start: ({ plan, timeline }) => new ClockOracle(plan, timeline),
});

interface WrongStamp {
  t: number;
  child: number;
  n: number;
  /** Its time is another, its word of whether it knew is, or there was no such reading. */
  what: 'other-time' | 'not-flagged' | 'flagged' | 'not-there' | 'missing';
  /** What it says and what is true, in microseconds. */
  said: number;
  due: number;
}

export interface ClockStory {
  stamped: number;
  estimated: number;
  /** Taken in and lost with its memory before it could say when. */
  lost: number;
  /** Not said when the run ended. */
  open: number;
  wrong: readonly WrongStamp[];
}

interface Rules {
  syncUs: number;
  everyUs: number;
  /** Of the time for which it did not know it. */
  drift: number;
}

/** What is written down a moment later, and whole milliseconds. */
const GREY_US = 50_000;
/** So much later than it could, a busy machine learns the time. */
const LEARNS_US = 1_000_000;
/** Beyond its own rhythm. */
const LATE_US = 3_000_000;
const FALLEN = ['power.off', 'power.dead', 'power.resetting'];

export class ClockOracle {
  readonly #plan: Plan;
  readonly #until: number;
  readonly #clocks = new Map<number, Stamps>();

  constructor(plan: Plan, timeline: Timeline) {
    this.#plan = plan;
    this.#until = timeline.phase('drain')?.from ?? timeline.end;
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const clock = this.#at(device);
    if (clock === null) return;
    if (op === 'boot') clock.booted(t);
    else if (op === 'state') {
      if (FALLEN.includes(entry.state)) clock.fell();
    } else if (op === 'online' || op === 'offline') clock.connected(t, op === 'online');
    else {
      const told = entry as unknown as {
        child: number;
        stream: number;
        n: number;
        at: number;
        estimated: boolean;
      };
      if (op === 'clock/stamped') clock.stamped(t, told.child, told.n, told.at, told.estimated);
      else if (streamOf(this.#plan, told.stream)?.schedule.by === 'sampling') {
        clock.took(t, told.child, told.n);
      }
    }
  }

  /** Null of what has no such clock. */
  of(device: number): ClockStory | null {
    return this.#at(device)?.story(this.#until) ?? null;
  }

  #at(device: number): Stamps | null {
    const known = this.#clocks.get(device);
    if (known !== undefined) return known;
    const rules = rulesOf(this.#plan.entries[this.#plan.devices[device]?.entry ?? -1]);
    if (rules === null) return null;
    const clock = new Stamps(rules);
    this.#clocks.set(device, clock);
    return clock;
  }
}

function rulesOf(entry: EntryPlan | undefined): Rules | null {
  const params = entry?.parts.find(({ kind }) => kind === 'clock')?.params;
  if (params === undefined) return null;
  const { sync, every, drift } = params;
  return {
    syncUs: Number(sync) * 1000,
    everyUs: Number(every) * 1000,
    drift: Math.abs(Number(drift)) / 1e6,
  };
}

interface Took {
  t: number;
  bootedAt: number;
}

/** One gateway. */
class Stamps {
  readonly #rules: Rules;
  /** Taken in and not said, by child and number. */
  readonly #owed = new Map<string, Took>();
  readonly #counts = { stamped: 0, estimated: 0, lost: 0 };
  readonly #wrong: WrongStamp[] = [];
  #bootedAt = 0;
  /** Since when it is connected, and from when on it knows the time; Infinity where it does not. */
  #upSince = Number.POSITIVE_INFINITY;
  #knowsFrom = Number.POSITIVE_INFINITY;
  /** When it last said one, and when the youngest that it has said was taken in. */
  #saidAt = Number.NEGATIVE_INFINITY;
  #youngest = Number.NEGATIVE_INFINITY;

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  booted(t: number): void {
    this.fell();
    this.#bootedAt = t;
    this.#upSince = Number.POSITIVE_INFINITY;
    this.#knowsFrom = Number.POSITIVE_INFINITY;
  }

  /** What it had not said is gone with its memory. */
  fell(): void {
    this.#counts.lost += this.#owed.size;
    this.#owed.clear();
  }

  connected(t: number, isUp: boolean): void {
    if (isUp) {
      this.#upSince = t;
      this.#knowsFrom = Math.min(this.#knowsFrom, t + this.#rules.syncUs);
    } else {
      this.#upSince = Number.POSITIVE_INFINITY;
      if (this.#knowsFrom > t) this.#knowsFrom = Number.POSITIVE_INFINITY;
    }
  }

  took(t: number, child: number, n: number): void {
    this.#owed.set(`${child}/${n}`, { t, bootedAt: this.#bootedAt });
  }

  stamped(t: number, child: number, n: number, atMs: number, isFlagged: boolean): void {
    const name = `${child}/${n}`;
    const took = this.#owed.get(name);
    const said = atMs * 1000;
    const tell = (what: WrongStamp['what'], due: number): void => {
      this.#wrong.push({ t, child, n, what, said, due });
    };
    if (took === undefined) return tell('not-there', t);
    this.#owed.delete(name);
    this.#saidAt = t;
    this.#youngest = Math.max(this.#youngest, took.t);
    this.#counts.stamped++;
    if (isFlagged) this.#counts.estimated++;
    const mayErrUs = GREY_US + (isFlagged ? (took.t - took.bootedAt) * this.#rules.drift : 0);
    if (Math.abs(said - took.t) > mayErrUs) tell('other-time', took.t);
    if (took.t < this.#knowsFrom - GREY_US && !isFlagged) tell('not-flagged', took.t);
    if (took.t > this.#knowsFrom + LEARNS_US && isFlagged) tell('flagged', took.t);
  }

  story(until: number): ClockStory {
    const canSay = Math.max(this.#upSince, this.#knowsFrom);
    const wrong = [...this.#wrong];
    let open = 0;
    for (const [name, { t }] of this.#owed) {
      const [child = 0, n = 0] = name.split('/').map(Number);
      // After an outage many wait in turn: while it says some, who was passed over alone is late.
      const turn = t < this.#youngest ? canSay : Math.max(canSay, this.#saidAt);
      const isLate = until - Math.max(t, turn) > 2 * this.#rules.everyUs + LATE_US;
      if (isLate) wrong.push({ t, child, n, what: 'missing', said: 0, due: t });
      else open++;
    }
    return { ...this.#counts, open, wrong };
  }
}
