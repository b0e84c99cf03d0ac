/**
 * When there are too many: of all that is told to a person within a time, which is a flood, and of
 * the comings and goings of one alarm, which is chatter. A stretch ends when the earliest of those
 * that are too many is so long ago; that is known when the latest comes, so nothing waits for it.
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
  readonly counts = { alarmFloods: 0, alarmChatters: 0 };

  constructor(tables: AlarmTables, seams: StretchSeams | null) {
    this.#tables = tables;
    this.#seams = seams;
    this.#bounds = [{ version: 0, place: 0, ...USUAL }, ...tables.bounds()];
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
  }

  /** A person was told of something just now. */
  told(at: number): void {
    const { floodMore, floodMs, place } = this.bounds;
    const first = this.#tables.toldBefore(floodMore, place);
    if (first === undefined || first <= at - floodMs) return;
    if (this.#seams?.countFlood?.(at) === false) return;
    if (this.#lasts('flood', 0, at, first + floodMs, floodMore + 1)) this.counts.alarmFloods++;
  }

  /** An instance has come or gone just now. */
  turned(instance: number, at: number): void {
    const { chatterTimes, chatterMs, place } = this.bounds;
    const first = this.#tables.turnedBefore(instance, chatterTimes - 1, place);
    if (first === undefined || first <= at - chatterMs) return;
    if (this.#lasts('chatter', instance, at, first + chatterMs, chatterTimes)) {
      this.counts.alarmChatters++;
    }
  }

  /** Whether it begins. */
  #lasts(kind: Stretch['kind'], instance: number, at: number, ends: number, told: number) {
    const { version } = this.bounds;
    const last = this.#tables.latest(kind, instance);
    if (last !== undefined && last.version === version && last.ends >= at) {
      this.#tables.goOn({ ...last, ends, told: last.told + 1 });
      return false;
    }
    this.#tables.begin({ kind, instance, version, began: at, ends, told });
    return true;
  }
}
