/**
 * A hysteresis relay around a first-order state: a thermostat, a compressor control. Thresholds are
 * met in closed form, never found by small steps, and whole cycles are skipped by arithmetic, so a
 * jump over ten thousand cycles costs as much as one over two.
 *
 *   heating: onAt < offAt        cooling: onAt > offAt
 *
 *   offAt ┤   ╱╲    ╱╲           x is drawn to infOn while the relay is on and to infOff while it is off;
 *   onAt  ┤╲ ╱  ╲  ╱  ╲          `lag` is a sensor or product that follows x with a time constant of its own
 *         └ ╲╱────╲╱──── t
 */
import { assert } from '#kernel';
import { follow, relax, timeToReach } from './first-order.ts';

/** What holds while nothing outside changes. */
export interface Relay {
  tauS: number;
  infOn: number;
  infOff: number;
  onAt: number;
  offAt: number;
  /** Time constant of the follower; 0 means that it is x itself. */
  lagS: number;
  /** False while the relay has no power: it is off and stays off. */
  powered: boolean;
}

export interface RelayState {
  x: number;
  on: boolean;
  lag: number;
}

/** The state `dtS` seconds later. */
export function relayAt(relay: Relay, from: RelayState, dtS: number): RelayState {
  let state: RelayState = { x: from.x, on: isOn(relay, from), lag: from.lag };
  let left = dtS;
  let skipped = false;
  for (;;) {
    const leg = legOf(relay, state);
    if (leg >= left) return drift(relay, state, left);
    state = { ...drift(relay, state, leg), x: state.on ? relay.offAt : relay.onAt, on: !state.on };
    left -= leg;
    if (!skipped) {
      skipped = true;
      [state, left] = skipCycles(relay, state, left);
    }
  }
}

/** One full on-off period in seconds; Infinity when the relay ends up resting on one side. */
export function relayPeriod(relay: Relay): number {
  const on = { x: relay.onAt, on: true, lag: 0 };
  const off = { x: relay.offAt, on: false, lag: 0 };
  return legOf(relay, on) + legOf(relay, off);
}

/** A state beyond a threshold, for example after a new set point, switches at once. */
function isOn(relay: Relay, state: RelayState): boolean {
  if (!relay.powered) return false;
  const sign = relay.offAt > relay.onAt ? 1 : -1;
  if (state.on) return sign * (state.x - relay.offAt) < 0;
  return sign * (state.x - relay.onAt) <= 0;
}

/** How long the relay stays as it is. */
function legOf(relay: Relay, state: RelayState): number {
  if (!relay.powered) return Number.POSITIVE_INFINITY;
  return state.on
    ? timeToReach(state.x, relay.infOn, relay.offAt, relay.tauS)
    : timeToReach(state.x, relay.infOff, relay.onAt, relay.tauS);
}

function drift(relay: Relay, state: RelayState, dtS: number): RelayState {
  const inf = state.on ? relay.infOn : relay.infOff;
  const x = relax(state.x, inf, relay.tauS, dtS);
  const lag = relay.lagS > 0 ? follow(state.lag, state.x, inf, relay.tauS, relay.lagS, dtS) : x;
  return { x, on: state.on, lag };
}

/**
 * From a threshold on, every cycle is the same. Only the follower remembers more; over one cycle it
 * maps to a·lag + b, and n such maps are a geometric sum.
 */
function skipCycles(relay: Relay, state: RelayState, left: number): [RelayState, number] {
  const period = relayPeriod(relay);
  assert(period > 0, 'a relay has a band to switch in');
  const cycles = Math.floor(left / period);
  if (!(cycles >= 1)) return [state, left];
  const rest = Math.max(0, left - cycles * period);
  if (relay.lagS <= 0) return [state, rest];
  const half = legOf(relay, state);
  const turned = { ...drift(relay, { ...state, lag: 0 }, half), on: !state.on };
  turned.x = state.on ? relay.offAt : relay.onAt;
  const b = drift(relay, turned, period - half).lag;
  const decay = period / relay.lagS;
  const sum = Math.expm1(-cycles * decay) / Math.expm1(-decay);
  return [{ ...state, lag: state.lag * Math.exp(-cycles * decay) + b * sum }, rest];
}
