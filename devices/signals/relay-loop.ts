/**
 * A relay in a changing world. The world is constant on stretches whose borders lie at fixed
 * scenario times (the 60-second grid, the edges of a door opening), and the state is anchored at
 * those borders, at commands and at power changes only. Asking for a value never moves the anchor,
 * so results do not depend, to the last bit, on which samples were taken on the way.
 */
import { type Relay, type RelayState, relayAt, relayPeriod } from './relay.ts';

/** What the world does to the state until `until` (ms of scenario time). */
export interface Stretch {
  tauS: number;
  infOn: number;
  infOff: number;
  /** By so much too high the relay switches, such as by a probe that lies. */
  shift?: number;
  until: number;
}

/** The stretch that holds at scenario time `t`. Must depend on `t` alone. */
export type World = (t: number) => Stretch;

/** Outside inputs are held constant between multiples of this. */
const GRID_MS = 60_000;

export const gridEndAfter = (t: number): number => (Math.floor(t / GRID_MS) + 1) * GRID_MS;

/** The middle of the grid cell around `t`: where a slowly varying input is read. */
export const gridMiddle = (t: number): number => (Math.floor(t / GRID_MS) + 0.5) * GRID_MS;

export class RelayLoop {
  readonly #world: World;
  #band: { onAt: number; offAt: number };
  #at = 0;
  #state: RelayState;
  #stretch: Stretch;
  #relay: Relay;

  constructor(
    world: World,
    band: { onAt: number; offAt: number },
    lagS: number,
    start: RelayState,
  ) {
    this.#world = world;
    this.#state = start;
    this.#band = band;
    this.#stretch = world(0);
    this.#relay = { ...this.#stretch, ...this.#switching(), lagS, powered: true };
  }

  /** The state at `t`. A time before the last change is answered with the state at that change. */
  at(t: number): RelayState {
    while (this.#stretch.until <= t) {
      this.#anchor(this.#stretch.until);
      this.#stretch = this.#world(this.#at);
      const { tauS, infOn, infOff } = this.#stretch;
      this.#relay = { ...this.#relay, tauS, infOn, infOff, ...this.#switching() };
    }
    return relayAt(this.#relay, this.#state, Math.max(0, t - this.#at) / 1000);
  }

  setBand(band: { onAt: number; offAt: number }, t: number): void {
    this.at(t);
    this.#anchor(t);
    this.#band = band;
    this.#relay = { ...this.#relay, ...this.#switching() };
  }

  setPower(powered: boolean, t: number): void {
    if (powered === this.#relay.powered) return;
    this.at(t);
    this.#anchor(t);
    this.#relay = { ...this.#relay, powered };
  }

  /** The band as the state meets it in this stretch. */
  #switching(): { onAt: number; offAt: number } {
    const { shift = 0 } = this.#stretch;
    const { onAt, offAt } = this.#band;
    return shift === 0 ? this.#band : { onAt: onAt + shift, offAt: offAt + shift };
  }

  #anchor(t: number): void {
    const to = Math.max(t, this.#at);
    this.#state = relayAt(this.#relay, this.#state, (to - this.#at) / 1000);
    this.#at = to;
  }
}

/**
 * Where in its cycle a device stands when the scenario begins: `share` of the way through one
 * period, so that a fleet is not in step. A loop that never cycles starts somewhere in its band.
 */
export function startPhase(
  stretch: Stretch,
  band: { onAt: number; offAt: number },
  share: number,
): RelayState {
  const relay: Relay = { ...stretch, ...band, lagS: 0, powered: true };
  const periodS = relayPeriod(relay);
  const switchedOn = { x: band.onAt, on: true, lag: band.onAt };
  if (Number.isFinite(periodS)) return relayAt(relay, switchedOn, share * periodS);
  const x = band.onAt + (band.offAt - band.onAt) * share;
  return { x, on: false, lag: x };
}
