/**
 * When there are too many: of all that is told to a person within a time, which is a flood, and of
 * the comings and goings of one alarm, which is chatter. A stretch ends when the earliest of those
 * that are too many is so long ago; that is known when the latest comes, so nothing waits for it.
 * The latest few are kept in memory as well, since each alarm asks for them.
 */
import type { AlarmBounds } from '#kernel';
import type { BoundsRow, Stretch } from './rows.ts';
import type { AlarmTables } from './tables.ts';

/** What is usual where people look after alarms. */
const USUAL: AlarmBounds = {
  ...{ floodMore: 10, floodMs: 600_000, chatterTimes: 3, chatterMs: 60_000 },
  shelveMostMs: 28_800_000,
};

export interface StretchSeams {
  /** There are too many: false passes it over. */
  countFlood?(at: number): boolean;
}

export class Stretches {
  readonly #tables: AlarmTables;
  readonly #seams: StretchSeams | null;
  readonly #bounds: BoundsRow[];
  /** When the latest were told, by the bounds that hold; one more than may be, or fewer. */
  #told: number[];
  /** When each instance came or went, as many as are too many, or fewer. */
  readonly #turns = new Map<number, number[]>();
  #flood: Stretch | undefined;
  readonly counts = { alarmFloods: 0, alarmChatters: 0 };

  constructor(tables: AlarmTables, seams: StretchSeams | null) {
    this.#tables = tables;
    this.#seams = seams;
    this.#bounds = [{ version: 0, place: 0, ...USUAL }, ...tables.bounds()];
    this.#told = tables.lastTold(this.bounds.floodMore + 1, this.bounds.place);
    this.#flood = tables.latest('flood', 0);
  }

  get all(): readonly BoundsRow[] {
    return this.#bounds;
  }

  get bounds(): BoundsRow {
    return this.#bounds.at(-1) as BoundsRow;
  }

  /** What came before counts no more. */
  bind(bounds: AlarmBounds): void {
    const version = this.bounds.version + 1;
    const place = this.#tables.lastPlace();
    this.#tables.bind(version, place, bounds);
    this.#bounds.push({ version, place, ...bounds });
    this.#told = [];
    this.#turns.clear();
  }

  /** A person was told of something just now. */
  told(at: number): void {
    const { floodMore, floodMs } = this.bounds;
    const first = nthLast(this.#told, at, floodMore + 1);
    if (first === undefined || first <= at - floodMs) return;
    if (this.#seams?.countFlood?.(at) === false) return;
    const next = { kind: 'flood', instance: 0, at, ends: first + floodMs } as const;
    const { stretch, begins } = this.#last(this.#flood, { ...next, told: floodMore + 1 });
    this.#flood = stretch;
    if (begins) this.counts.alarmFloods++;
  }

  /** An instance has come or gone just now. */
  turned(instance: number, at: number): void {
    const { chatterTimes, chatterMs } = this.bounds;
    const first = nthLast(this.#turnsOf(instance), at, chatterTimes);
    if (first === undefined || first <= at - chatterMs) return;
    const next = { kind: 'chatter', instance, at, ends: first + chatterMs } as const;
    const before = this.#tables.latest('chatter', instance);
    if (this.#last(before, { ...next, told: chatterTimes }).begins) this.counts.alarmChatters++;
  }

  /** Before this one. */
  #turnsOf(instance: number): number[] {
    let turns = this.#turns.get(instance);
    if (turns === undefined) {
      const { chatterTimes, place } = this.bounds;
      turns = this.#tables.lastTurns(instance, chatterTimes + 1, place).slice(0, -1);
      this.#turns.set(instance, turns);
    }
    return turns;
  }

  /** The stretch that goes on or begins. */
  #last(
    before: Stretch | undefined,
    { at, told, ...next }: Due,
  ): { stretch: Stretch; begins: boolean } {
    const { version } = this.bounds;
    if (before !== undefined && before.version === version && before.ends >= at) {
      const stretch = { ...before, ends: next.ends, told: before.told + 1 };
      this.#tables.goOn(stretch);
      return { stretch, begins: false };
    }
    const begun = { ...next, version, began: at, told };
    return { stretch: { ...begun, place: this.#tables.begin(begun) }, begins: true };
  }
}

/** What lasts until then, as far as is known at that time, and how many it is by now. */
type Due = Pick<Stretch, 'kind' | 'instance' | 'ends' | 'told'> & { at: number };

/** Takes one more, and says when the one was with which they are so many. */
function nthLast(times: number[], at: number, count: number): number | undefined {
  times.push(at);
  if (times.length > count) times.shift();
  return times.at(-count);
}
