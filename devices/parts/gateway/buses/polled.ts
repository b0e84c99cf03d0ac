/**
 * A bus on which a master asks and slaves answer: each child in turn is asked what it has, an
 * answer takes its time, and some are lost; then the child still has what it had, and is asked
 * again. What comes down to a child is said to it at once.
 */
import { type ParamValues, streamKey, unitAt } from '#kernel';
import type { Letter, Parcel } from '../../../freight.ts';
import type { BusKind, LocalBus } from '../bus-kind.ts';
import type { BusSide } from '../bus-side.ts';
import { lossFlaws } from '../loss-flaws.ts';

const polled: BusKind = {
  word: null,
  about: 'Asks each child in turn.',
  asks: true,
  holds: false,
  fields: {
    poll: {
      kind: 'duration',
      about: 'How often it asks each child what it has.',
      default: '1s',
      min: '10ms',
    },
    latency: { kind: 'duration', about: 'How long an answer takes.', default: '0s' },
    loss: { kind: 'share', about: 'Of the answers, those that are lost.', default: '0%' },
  },
  flaws: (own, _, path) => lossFlaws(own, path),
  start: (side, bus) => new Polled(side, bus, new Plain(side, Number(bus.latency))),
};

export default polled;

/** How an answer is read that a child gives. */
export interface Reader {
  /** The child answers, and has these to say; calls `heard` once the gateway has heard it. */
  read(child: number, parcels: readonly Parcel[], heard: () => void): void;
  /** It is asked, and will not answer. */
  readInVain?(child: number): void;
  /** Its last question is still open: it is asked nothing else, and keeps what it has. */
  isAsked?(child: number): boolean;
  end?(): void;
}

class Plain implements Reader {
  readonly #side: BusSide;
  readonly #latencyMs: number;

  constructor(side: BusSide, latencyMs: number) {
    this.#side = side;
    this.#latencyMs = latencyMs;
  }

  read(child: number, parcels: readonly Parcel[], heard: () => void): void {
    this.#side.carry(child, parcels, this.#latencyMs, heard);
  }
}

/** A child and what it was asked. */
interface Slave {
  readonly child: number;
  /** Rounds without an answer so far. */
  readonly open: number[];
}

export class Polled implements LocalBus {
  readonly #side: BusSide;
  readonly #pollMs: number;
  readonly #reader: Reader;
  readonly #loss: number;
  readonly #key: number;
  /** An answer that is not there after so many rounds is missed. */
  readonly #patience: number;
  #slaves: Slave[] = [];
  #isOver = false;

  constructor(side: BusSide, { poll, latency, loss }: ParamValues, reader: Reader) {
    const { plan, row } = side.device;
    this.#side = side;
    this.#pollMs = Number(poll);
    this.#reader = reader;
    this.#loss = Number(loss);
    this.#patience = Math.max(1, Math.ceil(Number(latency) / this.#pollMs));
    this.#key = streamKey(plan.seed, `device/${row.id}/bus`);
  }

  /** Each child has its turn within a round. */
  begin(): void {
    this.#slaves = this.#side.children.map((child) => ({ child, open: [] }));
    this.#slaves.forEach((slave, at) => {
      let round = 0;
      const firstAt = (this.#pollMs * at) / this.#slaves.length;
      this.#side.device.at(firstAt, {
        fire: () => {
          if (this.#isOver) return Number.POSITIVE_INFINITY;
          this.#turn(slave, at, round);
          round++;
          return firstAt + round * this.#pollMs;
        },
      });
    });
  }

  brought(letter: Letter): void {
    this.#side.deliver(letter);
  }

  end(): void {
    this.#isOver = true;
    this.#reader.end?.();
  }

  forgot(): void {
    for (const { open } of this.#slaves) open.length = 0;
  }

  #turn(slave: Slave, at: number, round: number): void {
    const side = this.#side;
    const { child, open } = slave;
    // One that is off asks nobody, and the children keep what they have.
    if (!side.isRunning) {
      open.length = 0;
      return;
    }
    while (open.length > 0 && (open[0] ?? 0) <= round - this.#patience) {
      side.missed(child, open.shift() ?? 0);
    }
    open.push(round);
    const isLost =
      unitAt(this.#key, round * this.#slaves.length + at) < side.lossOf(child, this.#loss);
    if (this.#reader.isAsked?.(child) === true) return;
    if (!side.hears(child)) this.#reader.readInVain?.(child);
    else if (!isLost) this.#answer(slave, round);
  }

  #answer({ child, open }: Slave, round: number): void {
    // Who is busy keeps what it has.
    const parcels = this.#side.isBusy(child) ? [] : this.#side.fetch(child);
    this.#reader.read(child, parcels, () => {
      const at = open.indexOf(round);
      if (at >= 0) open.splice(at, 1);
      this.#side.answered(child, round);
    });
  }
}
