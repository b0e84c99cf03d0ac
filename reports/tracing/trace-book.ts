/**
 * Where hops are written down: by thing what happened to it, and which other things led to it. Made
 * of the entries of some devices, so what it knows of a thing of another device is its name.
 */
import { type Plan, streamOf } from '#kernel';
import { TargetClock } from '#oracles';
import { idOf, MESSAGE, messageRef, type Ref } from './ids.ts';

const MS_US = 1000;

/** What stood where it happened; services of an export, and the marks of the report. */
export const PLACES = [
  'device',
  'gateway',
  'link',
  'broker',
  'store',
  'rule',
  'alarm',
  'action',
  'operator',
  'observer',
] as const;
export type Place = (typeof PLACES)[number];

export interface Hop {
  /** Microseconds of the run. */
  t: number;
  where: Place;
  who: string;
  /** The kind of step in a word or two, the same for all of its kind: `sent`, `taken in`. */
  as: string;
  /** What happened, for people. */
  what: string;
  /** Of what is told of one instant it came before the rest. */
  comesFirst?: true;
  /** `t` is by the target's own clock, and is set right when all is known. */
  isToldByTarget?: true;
  /** Told by another clock of the target's, and set right by whoever knows that one. */
  isSetRight?: true;
  /** Found when all was over: the instant is that of looking. */
  isFound?: true;
  /** Nothing of its own, but it explains why time passed. */
  isAside?: true;
}

/** What concerns all that a device was about then. */
export interface Aside extends Hop {
  /** From then on it could not send. */
  isAway: boolean;
}

export interface Cause {
  id: string;
  /** What it did to the other: `made it due`, `is answered`. */
  how: string;
}

/** One thing, as far as it is told. */
export class Thing {
  readonly ref: Ref;
  readonly id: string;
  title: string;
  /** What it says: the values of a reading, the condition of a rule. */
  says = '';
  readonly hops: Hop[] = [];
  readonly causes: Cause[] = [];
  readonly effects: Cause[] = [];

  constructor(ref: Ref, id: string, title: string) {
    this.ref = ref;
    this.id = id;
    this.title = title;
  }

  hop(hop: Hop): void {
    this.hops.push(hop);
  }

  /** Whether it is more than a name. */
  get isKnown(): boolean {
    return this.hops.length > 0;
  }
}

export class TraceBook {
  readonly plan: Plan;
  /** Whoever knows when the target did a thing of which it tells the time says so here. */
  readonly targetClock = new TargetClock(MS_US);
  readonly #things = new Map<string, Thing>();
  readonly #asides = new Map<number, Aside[]>();

  constructor(plan: Plan) {
    this.plan = plan;
  }

  message(device: number, stream: number, n: number): Thing {
    const known = streamOf(this.plan, stream);
    const ref = messageRef(known?.name ?? String(stream), device, n);
    const who = this.plan.devices[device]?.id ?? `device ${device}`;
    return this.#of(ref, `${known?.noun ?? 'message'} ${n} of ${who}`);
  }

  thing(ref: Ref, title: string): Thing {
    return this.#of(ref, title);
  }

  /** It lost its connection, say. */
  aside(device: number, hop: Omit<Aside, 'isAside'>): void {
    const list = this.#asides.get(device);
    if (list === undefined) this.#asides.set(device, [{ ...hop, isAside: true }]);
    else list.push({ ...hop, isAside: true });
  }

  asidesOf(device: number): readonly Aside[] {
    return this.#asides.get(device) ?? [];
  }

  /** One led to the other; said twice, it is so once. */
  led(cause: Thing, effect: Thing, how: string): void {
    if (effect.causes.some(({ id, how: said }) => id === cause.id && said === how)) return;
    effect.causes.push({ id: cause.id, how });
    cause.effects.push({ id: effect.id, how });
  }

  find(id: string): Thing | undefined {
    return this.#things.get(id);
  }

  /** Those that are more than a name. */
  *all(): Iterable<Thing> {
    for (const thing of this.#things.values()) if (thing.isKnown) yield thing;
  }

  #of(ref: Ref, title: string): Thing {
    const id = idOf(this.plan, ref);
    let thing = this.#things.get(id);
    if (thing === undefined) {
      thing = new Thing(ref, id, title);
      this.#things.set(id, thing);
    }
    return thing;
  }
}

export const isMessage = ({ ref }: Thing): boolean => ref.word === MESSAGE;
