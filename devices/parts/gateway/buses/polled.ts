/**
 * A bus on which a master asks and slaves answer: each child in turn is asked what it has, an
 * answer takes its time, and some are lost; then the child still has what it had, and is asked
 * again. What comes down to a child is said to it at once.
 */
import { type ParamValues, streamKey, unitAt } from '#kernel';
import type { Letter } from '../../../freight.ts';
import type { BusKind, LocalBus } from '../bus-kind.ts';
import type { BusSide } from '../bus-side.ts';

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
  start: (side, params) => new Polled(side, params),
};

export default polled;

/** A child and what it was asked. */
interface Slave {
  readonly child: number;
  /** Rounds without an answer so far. */
  readonly open: number[];
}

class Polled implements LocalBus {
  readonly #side: BusSide;
  readonly #pollMs: number;
  readonly #latencyMs: number;
  readonly #loss: number;
  readonly #key: number;
  /** An answer that is not there after so many rounds is missed. */
  readonly #patience: number;
  #slaves: Slave[] = [];
  #isOver = false;

  constructor(side: BusSide, { poll, latency, loss }: ParamValues) {
    const { plan, row } = side.device;
    this.#side = side;
    this.#pollMs = Number(poll);
    this.#latencyMs = Number(latency);
    this.#loss = Number(loss);
    this.#patience = Math.max(1, Math.ceil(this.#latencyMs / this.#pollMs));
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
    if (!isLost && side.hears(child)) this.#answer(slave, round);
  }

  #answer({ child, open }: Slave, round: number): void {
    const parcels = this.#side.fetch(child);
    this.#side.carry(child, parcels, this.#latencyMs, () => {
      const at = open.indexOf(round);
      if (at >= 0) open.splice(at, 1);
      this.#side.answered(child, round);
    });
  }
}
