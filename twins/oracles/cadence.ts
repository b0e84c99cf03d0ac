/**
 * Which readings a device leaves out because of its cadence: one of so many goes, by how it is
 * truly set at the time, as its twin writes it down or as it left the factory. A device that is set
 * in the very moment of a reading may go by either.
 */
import { dueAt, type LedgerEntry, type Plan, type StreamPlan, streamNamed } from '#kernel';
import { defineOracle } from './oracle.ts';
import { isObject, readJson } from './twin/document.ts';

declare module './oracle.ts' {
  interface Oracles {
    cadence: CadenceOracle;
  }
}

export default defineOracle({
  kind: 'cadence',
  summary: 'which readings a device should leave out by the cadence that is set',
  scope: 'lane',
  ops: ['twin/holds', 'sent', 'not-sent'],
  start: ({ plan }) => new CadenceOracle(plan),
});

/** A reading that went, or was left out, and should not have been. */
export interface OffBeat {
  t: number;
  n: number;
  /** One of so many goes. */
  each: number;
  wasLeftOut: boolean;
}

export interface CadenceStory {
  /** Readings that came by, each once. */
  went: number;
  leftOut: number;
  /** Those that fell into a change of the setting. */
  open: number;
  /** Held back for another reason: whether the cadence would have let them go does not show. */
  elsewhere: number;
  wrong: readonly OffBeat[];
}

const BETWEEN = 'between';
/** The device never came to ask whether they should go. */
const NEVER_MADE = ['device-off', 'run-ended'];
/** A reading is made so long after it is due, or until it shows if later; microseconds. */
const MAKING_US = 1_000_000;

export class CadenceOracle {
  readonly #plan: Plan;
  readonly #stream: StreamPlan | undefined;
  readonly #beats = new Map<number, Beat>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#stream = streamNamed(plan, 'telemetry');
  }

  step(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    const beat = this.#at(device);
    if (beat === null) return;
    if ((op as string) === 'twin/holds') {
      const settings = readJson((entry as unknown as { settings: string }).settings);
      if (isObject(settings)) beat.isSet(t, Number(settings.cadence));
    } else if (op === 'sent' || op === 'not-sent') {
      const stream = this.#stream;
      if (stream === undefined || entry.stream !== stream.code) return;
      const why = op === 'not-sent' ? entry.why : null;
      if (why !== null && NEVER_MADE.includes(why)) return;
      const due = dueAt(this.#plan, stream, device, entry.n);
      if (due === null) return;
      const isElsewhere = why !== null && why !== BETWEEN && stream.skips.includes(why);
      if (isElsewhere) beat.elsewhere(entry.n);
      else beat.reading(t, entry.n, due * 1000, why === BETWEEN);
    }
  }

  /** Null for one that sends all of them. */
  of(device: number): CadenceStory | null {
    return this.#at(device)?.story() ?? null;
  }

  #at(device: number): Beat | null {
    const known = this.#beats.get(device);
    if (known !== undefined) return known;
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    const params = entry?.parts.find(({ kind }) => kind === 'cadence')?.params;
    if (params === undefined) return null;
    const beat = new Beat(Number(params.each));
    this.#beats.set(device, beat);
    return beat;
  }
}

class Beat {
  /** By time, how it was set from then on. */
  readonly #set: { t: number; each: number }[];
  readonly #seen = new Set<number>();
  readonly #counts = { went: 0, leftOut: 0, open: 0, elsewhere: 0 };
  readonly #wrong: OffBeat[] = [];

  constructor(each: number) {
    this.#set = [{ t: Number.NEGATIVE_INFINITY, each }];
  }

  isSet(t: number, each: number): void {
    if (this.#set.at(-1)?.each !== each) this.#set.push({ t, each });
  }

  elsewhere(n: number): void {
    if (this.#seen.has(n)) return;
    this.#seen.add(n);
    this.#counts.elsewhere++;
  }

  /** Times are microseconds. What is sent again was told before. */
  reading(t: number, n: number, due: number, wasLeftOut: boolean): void {
    if (this.#seen.has(n)) return;
    this.#seen.add(n);
    this.#counts[wasLeftOut ? 'leftOut' : 'went']++;
    const before = this.#set.findLast((one) => one.t <= due);
    const until = Math.max(due + MAKING_US, t);
    const isMoving = this.#set.some((one) => one.t >= due && one.t <= until);
    const each = before?.each ?? Number.NaN;
    if (isMoving || !Number.isInteger(each) || each < 1) this.#counts.open++;
    else if ((n % each === 0) === wasLeftOut) this.#wrong.push({ t, n, each, wasLeftOut });
  }

  story(): CadenceStory {
    return { ...this.#counts, wrong: this.#wrong };
  }
}
