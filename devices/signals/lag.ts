/**
 * A first-order state that follows what the world draws it to, such as the heat of a machine. The
 * world is constant on stretches whose borders lie at fixed scenario times, and the state is
 * anchored at those and where somebody turns the world; asking for a value never moves the anchor.
 */
import { relax } from './first-order.ts';

/** What draws the state until `until` (ms of scenario time). */
export interface Draw {
  to: number;
  tauS: number;
  until: number;
}

export class Lag {
  readonly #world: (t: number) => Draw;
  #at = 0;
  #x: number;
  #draw: Draw;

  /** `world` hangs on time alone, but for what `turn` is told of. */
  constructor(world: (t: number) => Draw, x: number) {
    this.#world = world;
    this.#x = x;
    this.#draw = world(0);
  }

  /** At a time before the last turn it is what it was at that. */
  at(t: number): number {
    while (this.#draw.until <= t) this.#anchor(this.#draw.until);
    return this.#after(t);
  }

  /** The world is another one from `t` on. */
  turn(t: number): void {
    this.at(t);
    this.#anchor(Math.max(t, this.#at));
  }

  #after(t: number): number {
    const { to, tauS } = this.#draw;
    return relax(this.#x, to, tauS, Math.max(0, t - this.#at) / 1000);
  }

  #anchor(t: number): void {
    this.#x = this.#after(t);
    this.#at = t;
    this.#draw = this.#world(t);
  }
}
