/**
 * What a device does, as one statechart: each part of its life is a region of its own, and
 * `region.state` is the public name of where it stands. It hears a few lifecycle events a minute;
 * messages and samples never pass through it. One machine serves all devices with the same
 * regions; a device is an actor of it, with its actions and policy as input and every delay on the
 * clock it is created with.
 */
import { type Actor, createActor, setup } from 'xstate';
import { connection } from './regions/connection.ts';
import { power } from './regions/power.ts';
import { type DeviceInput, vocabulary } from './regions/region.ts';

/** Regions that parts bring, by the part's name. */
export type Regions = Readonly<Record<string, object>>;

export const deviceMachine = (regions: Regions = {}) =>
  vocabulary.createMachine({
    id: 'device',
    type: 'parallel',
    context: ({ input }) => ({
      actions: input.actions,
      policy: input.policy,
      attempts: 0,
      epoch: 0,
      cause: 'power-on',
      lostState: false,
    }),
    // A part of a user's own is not known to the compiler; its form is checked when it is loaded.
    states: { power, connection, ...(regions as Record<never, never>) },
  });

export type DeviceActor = Actor<ReturnType<typeof deviceMachine>>;

/** When the delays of a fleet's statecharts run. */
export interface MachineClock {
  setTimeout(action: () => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
}

/**
 * The statecharts of a fleet, in one actor system: a system of its own would cost a device half of
 * what its actor costs. Members end by the STOP event; an actor that is not the root has no other
 * way.
 */
export class Statecharts {
  readonly #machines = new Map<string, ReturnType<typeof deviceMachine>>();
  readonly #root: Actor<typeof nobody>;

  constructor(clock: MachineClock) {
    this.#root = createActor(nobody, { clock }).start();
  }

  join(input: DeviceInput, regions: Regions = {}): DeviceActor {
    const key = Object.keys(regions).sort().join(' ');
    let machine = this.#machines.get(key);
    if (machine === undefined) {
      machine = deviceMachine(regions);
      this.#machines.set(key, machine);
    }
    return createActor(machine, { input, parent: this.#root });
  }
}

/** The root of a fleet does nothing but be the parent of all; an error of theirs is its own. */
const nobody = setup({}).createMachine({ id: 'fleet' });
