/**
 * What can be told of alarms by the whole fleet alone: the clock of their target, its bounds, and
 * when a person was told of too many of them.
 */
import type { LedgerEntry } from '#kernel';
import type { OracleFold } from '../oracle.ts';
import type { FleetRules } from '../rules.ts';
import { TargetClock } from '../target-clock.ts';
import type { TimedCause } from './causes.ts';
import { type Claims, counted, noClaims, UNTIMED } from './claim.ts';
import {
  type Bounds,
  type Crowd,
  compareCrowds,
  crowdsBy,
  floodOf,
  type Happened,
} from './crowds.ts';
import type { Cause } from './known.ts';

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
  readonly #rules: Pick<FleetRules, 'clock'>;
  readonly #clock = new TargetClock();
  #isCounted = false;
  /** By the run, milliseconds: when the first of it was read. */
  #readAt = Number.POSITIVE_INFINITY;

  /** How many there are. */
  constructor(devices: number, rules: Pick<FleetRules, 'clock'>) {
    this.#devices = devices;
    this.#rules = rules;
  }

  /** Without its clock nobody can say what had to be so by then. */
  get isTimed(): boolean {
    return this.#clock.isKnown;
  }

  /** Nor, without that of the rules, when one of these was. */
  canTime(causes: readonly Cause[]): boolean {
    return this.isTimed && (causes.length === 0 || this.#rules.clock.isKnown);
  }

  /** A time of the run by the target's clock: likeliest, and no sooner and no later than. */
  targetTime(runMs: number): number {
    return runMs + this.#clock.ahead.likely;
  }

  soonest(runMs: number): number {
    return runMs + this.#clock.ahead.least;
  }

  latest(runMs: number): number {
    return runMs + this.#clock.ahead.most;
  }

  /** What rules raised is told by the clock that they go by; `latest` is by this one. */
  byTarget(cause: Cause): TimedCause {
    const { least, likely } = this.#rules.clock.ahead;
    const latest = this.latest(cause.raised - least);
    return { ...cause, raised: this.targetTime(cause.raised - likely), latest };
  }

  runTime(targetMs: number): number {
    return targetMs - this.#clock.ahead.likely;
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
        this.#clock.saw(whole('now'), whole('asked'), entry.t / 1000);
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
    else if (!this.#clock.isKnown) counted(into.doubts, UNTIMED);
    else compareCrowds(this.#expected(), this.floods, this.soonest(this.#readAt), FLOOD, into);
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
