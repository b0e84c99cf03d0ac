/**
 * Draws the parameters of one device, once: value · exp(N(0, spread²)), clamped to what is
 * physical. Each parameter has a stream of its own, so a parameter added to a model leaves the
 * others as they were; counter-based, since a fleet draws half a million of them before it starts.
 */
import { normalAt, streamKey } from '#kernel';
import type { DrawnParam } from './device.ts';

/**
 * The drawn values in the order of `params`. An override takes the place of the parameter's value
 * and keeps its spread: a fleet of better insulated rooms is still a fleet of different rooms.
 * Names in `overrides` that the parameters do not have are the caller's to report.
 */
export function drawParams(
  params: Readonly<Record<string, DrawnParam>>,
  overrides: Readonly<Record<string, number>>,
  seed: number,
  deviceId: string,
): number[] {
  return Object.entries(params).map(([name, param]) => {
    const value = Object.hasOwn(overrides, name) ? (overrides[name] ?? param.value) : param.value;
    const drawn =
      param.spread > 0
        ? value *
          Math.exp(param.spread * normalAt(streamKey(seed, `device/${deviceId}/param/${name}`), 0))
        : value;
    return Math.min(Math.max(drawn, param.min ?? drawn), param.max ?? drawn);
  });
}

/**
 * Drawn values by name, complete: what a plan of another version lacks has its declared value.
 * Turns the open record that physics are handed into one whose names the compiler knows. A fleet
 * holds two of these per device for as long as it lives, so the names stand once per model, and a
 * device keeps its numbers alone.
 */
export function completeParams<N extends string>(
  declared: Readonly<Record<N, DrawnParam>>,
  given: Readonly<Record<string, number>>,
): Readonly<Record<N, number>> {
  let complete = forms.get(declared) as Complete<N> | undefined;
  if (complete === undefined) {
    complete = completeBy(declared);
    forms.set(declared, complete);
  }
  return complete(given);
}

type Complete<N extends string> = (
  given: Readonly<Record<string, number>>,
) => Readonly<Record<N, number>>;

/** By the parameters that a model declares. */
const forms = new WeakMap<object, unknown>();

function completeBy<N extends string>(declared: Readonly<Record<N, DrawnParam>>): Complete<N> {
  class Values {
    readonly list: readonly number[];
    constructor(list: readonly number[]) {
      this.list = list;
    }
  }
  const names = Object.keys(declared) as N[];
  names.forEach((name, at) => {
    const get = function (this: Values): number {
      return this.list[at] as number;
    };
    Object.defineProperty(Values.prototype, name, { get });
  });
  return (given) => {
    const list = names.map((name) => given[name] ?? declared[name].value);
    return new Values(list) as unknown as Readonly<Record<N, number>>;
  };
}
