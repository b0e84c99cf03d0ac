/**
 * What can be told of alarms by the whole fleet alone: the clock of their target, its bounds, and
 * when a person was told of too many of them.
 */
import type { LedgerEntry } from '#kernel';
import type { OracleFold } from '../oracle.ts';
import { type Claims, counted, noClaims } from './claim.ts';
import {
  type Bounds,
  type Crowd,
  compareCrowds,
  crowdsBy,
  floodOf,
  type Happened,
} from './crowds.ts';

export const UNREAD = 'what the target has of its alarms could not be read to its end';
export const UNBOUND = 'the target does not say what it counts as too many';
const FLOOD = 'too many alarms were told of';

type Fields = Readonly<Record<string, number | string>>;

export class FleetAlarms implements OracleFold {
  readonly bounds: Bounds[] = [];
  readonly floods: { from: number; to: number }[] = [];
  readonly told: Happened[] = [];
  readonly #devices: number;
  readonly #whole = new Set<number>();
  #isCounted = false;
  /** By how much the clock of the target is ahead of the run's, milliseconds. */
  #ahead: number | null = null;
  /** By the run, milliseconds: when the first of it was read. */
  #readAt = Number.POSITIVE_INFINITY;

  /** How many there are. */
  constructor(devices: number) {
    this.#devices = devices;
  }

  /** Without its clock nobody can say what had to be so by then. */
  targetTime(runMs: number): number {
    return this.#ahead === null ? Number.NEGATIVE_INFINITY : runMs + this.#ahead;
  }

  /** What rules raised is told by the run's clock. */
  byTarget<T extends { raised: number }>(cause: T): T {
    return { ...cause, raised: cause.raised + (this.#ahead ?? 0) };
  }

  runTime(targetMs: number): number {
    return targetMs - (this.#ahead ?? 0);
  }

  step(entry: LedgerEntry): void {
    const said = entry as unknown as Fields;
    const whole = (name: string): number => Number(said[name]);
    this.#readAt = Math.min(this.#readAt, entry.t / 1000);
    switch (entry.op as string) {
      case 'alarms/event':
        if (said.event === 'annunciated') {
          this.told.push({ place: whole('place'), at: whole('at') });
        }
        break;
      case 'alarms/whole':
        this.#whole.add(entry.device);
        break;
      case 'alarms/bounds':
        this.bounds.push({
          ...{ place: whole('place'), floodMore: whole('floodMore'), floodMs: whole('floodMs') },
          ...{ chatterTimes: whole('chatterTimes'), chatterMs: whole('chatterMs') },
        });
        break;
      case 'alarms/flood':
        this.floods.push({ from: whole('from'), to: whole('to') });
        break;
      case 'alarms/clock':
        this.#ahead = whole('now') - entry.t / 1000;
        break;
      case 'alarms/counted':
        this.#isCounted = true;
        break;
    }
  }

  /** Of the whole fleet. */
  judged(): Claims {
    const into = noClaims();
    if (!this.#isCounted) counted(into.doubts, UNBOUND);
    else if (this.#whole.size < this.#devices) counted(into.doubts, UNREAD);
    else compareCrowds(this.#expected(), this.floods, this.targetTime(this.#readAt), FLOOD, into);
    return this.inRunTime(into);
  }

  inRunTime<T extends Claims>(into: T): T {
    for (const claim of into.claims) claim.at = Math.max(0, this.runTime(claim.at));
    return into;
  }

  /** As it should have counted them; times are the run's, milliseconds. */
  expected(): { from: number; to: number }[] {
    return this.#expected().map(({ from, to }) => ({
      ...{ from: this.runTime(from), to: this.runTime(to) },
    }));
  }

  #expected(): Crowd[] {
    return crowdsBy(this.bounds, this.told, floodOf);
  }
}
