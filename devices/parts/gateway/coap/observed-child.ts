/**
 * One observed child, seen from both ends: what its resources say and which of its readings are on
 * their way, and what the gateway has of each resource. A reading is there once all resources have
 * said it; one that a newer one was there before is given up.
 */
import type { Parcel, Values } from '../../../freight.ts';
import { isNewer, SEQUENCES, type Stamped } from './freshness.ts';
import type { Reading } from './payload.ts';

/** As the scenario says it, durations in milliseconds. */
export interface Resource {
  path: string;
  signals: readonly string[];
  confirmable: boolean;
  'max-age': number;
}

/** What the gateway has of one resource. */
export class Watch {
  /** Its place among those of the child. */
  readonly at: number;
  readonly #maxAgeMs: number;
  #last: Stamped | null = null;
  #freshUntil = Number.NEGATIVE_INFINITY;
  #askedAt: number | null = null;
  /** The child answered before. */
  wasAnswered = false;

  constructor(at: number, resource: Resource) {
    this.at = at;
    this.#maxAgeMs = resource['max-age'];
  }

  /** Whether it is to be registered: what there is of it is too old, and nothing is asked. */
  isDue(now: number): boolean {
    return this.#askedAt === null && now >= this.#freshUntil;
  }

  isUnanswered(now: number, timeoutMs: number): boolean {
    return this.#askedAt !== null && now - this.#askedAt >= timeoutMs;
  }

  asks(now: number): void {
    this.#askedAt = now;
  }

  /** Nothing is asked any more. */
  settles(): void {
    this.#askedAt = null;
  }

  /** Whether this is newer than what there is of it. */
  isNews(one: Stamped): boolean {
    return this.#last === null || isNewer(one, this.#last);
  }

  took(one: Stamped): void {
    this.wasAnswered = true;
    this.#last = one;
    this.#freshUntil = one.at + this.#maxAgeMs;
  }

  /** It is observed no longer, or nobody knows that it was. */
  ended(): void {
    this.#last = null;
    this.#freshUntil = Number.NEGATIVE_INFINITY;
    this.#askedAt = null;
  }
}

/** A reading on its way, and which of its resources have come. */
interface UnderWay {
  readonly parcel: Parcel;
  readonly got: Map<number, Values>;
}

/** A reading that is there. */
export interface Whole {
  parcel: Parcel;
  values: Values;
}

export class ObservedChild {
  readonly index: number;
  readonly resources: readonly Resource[];
  readonly watches: readonly Watch[];
  /** What its clock shows at the beginning of the run. */
  readonly #clockFrom: number;
  readonly #underWay = new Map<number, UnderWay>();
  #seq = -1;
  #states = 0;
  /** Of its own program, as far as the line knows it; null before it was up. */
  epoch: number | null = null;

  constructor(index: number, resources: readonly Resource[], clockFrom: number) {
    this.index = index;
    this.resources = resources;
    this.#clockFrom = clockFrom;
    this.watches = resources.map((resource, at) => new Watch(at, resource));
  }

  /** By its clock, which goes on while it is off, and never twice the same (RFC 7641, 4.4). */
  nextSeq(now: number): number {
    this.#seq = Math.max(this.#seq + 1, this.#clockFrom + Math.floor(now));
    return this.#seq % SEQUENCES;
  }

  /** It has a new reading, of which its resources tell under this number. */
  says(parcel: Parcel): number {
    const state = this.#states++;
    this.#underWay.set(state, { parcel, got: new Map() });
    return state;
  }

  /** A resource was heard to say this; answers the reading if it is whole with that. */
  hears(resource: number, { n, values }: Reading): Whole | null {
    const reading = this.#underWay.get(n);
    reading?.got.set(resource, values);
    if (reading === undefined || reading.got.size < this.resources.length) return null;
    this.#underWay.delete(n);
    const parts = this.resources.map((_, at) => reading.got.get(at));
    return { parcel: reading.parcel, values: Object.assign({}, ...parts) as Values };
  }

  /** Those that are not there yet and are older than this one; they are on their way no longer. */
  olderThan(n: number): Parcel[] {
    const older = [...this.#underWay].filter(([state]) => state < n);
    for (const [state] of older) this.#underWay.delete(state);
    return older.map(([, { parcel }]) => parcel);
  }

  /** The gateway's memory is gone. */
  forgot(): void {
    for (const watch of this.watches) watch.ended();
    for (const { got } of this.#underWay.values()) got.clear();
  }
}
