/** How long it takes until a gateway has heard what a child has to say, by the plan of its bus. */
import type { Plan } from '#kernel';

interface BusPlan {
  poll?: number;
  latency?: number;
  loss?: number;
  sleepy?: { loss?: number };
  lorawan?: object;
}

/** So seldom all answers in a row are lost that it is no excuse. */
const SELDOM = 1e-6;

export class Askings {
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** What is heard was said so long before. */
  latencyUs(gateway: number): number {
    return 1000 * (this.#busOf(gateway)?.latency ?? 0);
  }

  /** Infinity where nobody can tell: a duty cycle makes it wait for longer and longer. */
  heardWithinUs(gateway: number, child: number): number {
    const bus = this.#busOf(gateway);
    if (bus === null) return 0;
    if (bus.lorawan !== undefined) return Number.POSITIVE_INFINITY;
    const { everyMs = 0 } = this.#plan.entries[this.#plan.devices[child]?.entry ?? -1] ?? {};
    // Nobody asks a sleepy child: it says it again with the next that it has to say.
    const [roundMs, loss] =
      bus.sleepy === undefined ? [bus.poll, bus.loss] : [everyMs, bus.sleepy.loss];
    return 1000 * (roundMs ?? 0) * roundsFor(loss ?? 0) + this.latencyUs(gateway);
  }

  #busOf(gateway: number): BusPlan | null {
    const { parts = [] } = this.#plan.entries[this.#plan.devices[gateway]?.entry ?? -1] ?? {};
    const bus = parts.find(({ kind }) => kind === 'gateway')?.params.bus;
    return (bus as BusPlan | undefined) ?? null;
  }
}

/** After so many one of the answers was not lost. */
function roundsFor(loss: number): number {
  if (loss <= 0) return 1;
  return loss >= 1 ? Number.POSITIVE_INFINITY : Math.ceil(Math.log(SELDOM) / Math.log(loss));
}
