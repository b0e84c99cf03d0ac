/**
 * The wire between a gateway and its children, as a master and its slaves share one: the gateway
 * asks each child in turn what it has, an answer takes its time, and some are lost; then the child
 * still has what it had, and is asked again. Nothing of it goes over a network.
 */
import { type ParamValues, streamKey, unitAt } from '#kernel';
import type { Parcel } from '../../freight.ts';
import { once, type PartDevice } from '../../part.ts';

export class Bus {
  readonly #device: PartDevice;
  readonly #pollMs: number;
  readonly #latencyMs: number;
  readonly #loss: number;
  readonly #take: (parcel: Parcel) => void;
  readonly #key: number;
  /** On their way to the gateway. */
  readonly #underWay = new Set<Parcel>();
  #isOver = false;

  constructor(device: PartDevice, bus: ParamValues, take: (parcel: Parcel) => void) {
    const { poll, latency, loss } = bus;
    this.#device = device;
    this.#pollMs = Number(poll);
    this.#latencyMs = Number(latency);
    this.#loss = Number(loss);
    this.#take = take;
    this.#key = streamKey(device.plan.seed, `device/${device.row.id}/bus`);
  }

  /** Each child has its turn within a round. */
  begin(): void {
    const children = this.#device.freight?.passengers ?? [];
    children.forEach((child, at) => {
      let round = 0;
      const firstAt = (this.#pollMs * at) / children.length;
      this.#device.at(firstAt, {
        fire: () => {
          if (this.#isOver) return Number.POSITIVE_INFINITY;
          const isLost = unitAt(this.#key, round * children.length + at) < this.#loss;
          if (!isLost) this.#ask(child);
          round++;
          return firstAt + round * this.#pollMs;
        },
      });
    });
  }

  /** Nobody is asked any more. */
  end(): void {
    this.#isOver = true;
    this.#underWay.clear();
  }

  /** Its memory is gone, and with it what was on its way. */
  clear(): Parcel[] {
    const lost = [...this.#underWay];
    this.#underWay.clear();
    return lost;
  }

  /** One that is off takes nothing over, and the children keep what they have. */
  #ask(child: number): void {
    const { freight } = this.#device;
    if (freight === null || !this.#device.isPowered) return;
    for (const parcel of freight.fetch(child)) {
      if (this.#latencyMs === 0) {
        this.#take(parcel);
        continue;
      }
      this.#underWay.add(parcel);
      once(this.#device, this.#device.now() + this.#latencyMs, () => {
        if (this.#underWay.delete(parcel)) this.#take(parcel);
      });
    }
  }
}
