/**
 * A mesh of battery devices whose radio is off most of the time, as on Thread or Zigbee: a child
 * wakes now and then, or when it has something to say, and asks its parent what there is for it.
 * The parent keeps that for a while and lets go of what gets too old.
 */
import { type ParamValues, streamKey, unitAt } from '#kernel';
import type { Letter } from '../../../freight.ts';
import { once } from '../../../part.ts';
import type { BusKind, LocalBus } from '../bus-kind.ts';
import { type BusSide, RUN_ENDED } from '../bus-side.ts';
import { lossFlaws } from '../loss-flaws.ts';

/** IEEE 802.15.4: a superframe is 960 symbols of 16 µs, and a transaction lives 500 of them. */
const HOLDS_MS = (500 * 960 * 16) / 1000;

const TOO_OLD = 'held-too-long';

const sleepy: BusKind = {
  word: 'sleepy',
  about: 'Children that sleep and ask now and then what there is for them, as on Thread or Zigbee.',
  asks: true,
  noLine: 'its children sleep between their turns',
  holds: true,
  fields: {
    wakes: {
      kind: 'duration',
      about: 'How often a child wakes and asks.',
      default: '5s',
      min: '10ms',
    },
    holds: {
      kind: 'duration',
      about: 'How long the parent keeps what comes down for one.',
      default: `${HOLDS_MS}ms`,
      min: '10ms',
    },
    loss: { kind: 'share', about: 'Of the times that one wakes, those that fail.', default: '0%' },
  },
  flaws: (own, _, path) => lossFlaws(own, path),
  start: (side, params) => new Sleepy(side, params),
};

export default sleepy;

class Sleepy implements LocalBus {
  readonly #side: BusSide;
  readonly #wakesMs: number;
  readonly #holdsMs: number;
  readonly #loss: number;
  readonly #key: number;
  /** What the parent keeps, by child and in the order in which it came. */
  readonly #kept = new Map<number, Set<Letter>>();
  #draws = 0;
  #isOver = false;

  constructor(side: BusSide, { wakes, holds, loss }: ParamValues) {
    const { plan, row } = side.device;
    this.#side = side;
    this.#wakesMs = Number(wakes);
    this.#holdsMs = Number(holds);
    this.#loss = Number(loss);
    this.#key = streamKey(plan.seed, `device/${row.id}/mesh`);
  }

  /** Each child has its own moment within a period. */
  begin(): void {
    const { children, device } = this.#side;
    children.forEach((child, at) => {
      let round = 0;
      const firstAt = (this.#wakesMs * at) / children.length;
      device.at(firstAt, {
        fire: () => {
          if (this.#isOver) return Number.POSITIVE_INFINITY;
          if (this.#side.isRunning && !this.#meets(child, round)) this.#side.missed(child, round);
          round++;
          return firstAt + round * this.#wakesMs;
        },
      });
    });
  }

  /** One that is busy has nothing to wake for. */
  offered(child: number): void {
    if (this.#side.isRunning && !this.#side.isBusy(child)) this.#meets(child, 0);
  }

  brought(letter: Letter): void {
    const { passenger: child } = letter;
    if (this.#side.speaksAtOnce(child)) return this.#side.deliver(letter);
    const kept = this.#kept.get(child) ?? new Set();
    this.#kept.set(child, kept.add(letter));
    const { device } = this.#side;
    once(device, device.now() + this.#side.keepsForMs(child, this.#holdsMs), () => {
      if (kept.delete(letter)) this.#side.letGo(letter, TOO_OLD);
    });
  }

  forgot(): void {
    this.#kept.clear();
  }

  end(): void {
    this.#isOver = true;
    for (const letter of [...this.#kept.values()].flatMap((kept) => [...kept])) {
      this.#side.letGo(letter, RUN_ENDED);
    }
  }

  /** The child is awake: it says what it has, and is given what there is. False where it fails. */
  #meets(child: number, round: number): boolean {
    const side = this.#side;
    const isLost = unitAt(this.#key, this.#draws++) < side.lossOf(child, this.#loss);
    if (isLost || !side.hears(child)) return false;
    const parcels = side.isBusy(child) ? [] : side.fetch(child);
    side.carry(child, parcels, 0, () => side.answered(child, round));
    const kept = this.#kept.get(child);
    this.#kept.delete(child);
    for (const letter of kept ?? []) side.deliver(letter);
    return true;
  }
}
