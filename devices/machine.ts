/**
 * What a device does, as one statechart: each part of its life is a region of its own, and
 * `region.state` is the public name of where it stands. It hears a few lifecycle events a minute;
 * messages and samples never pass through it. One machine serves a whole fleet; a device is an
 * actor of it, with its hands and policy as input and every delay on the clock it is created with.
 */
import { type Actor, createActor, setup } from 'xstate';
import { connection } from './parts/connection.ts';
import { power } from './parts/power.ts';
import { type DeviceInput, vocabulary } from './parts/vocabulary.ts';

export const deviceMachine = () =>
  vocabulary.createMachine({
    id: 'device',
    type: 'parallel',
    context: ({ input }) => ({
      hands: input.hands,
      policy: input.policy,
      attempts: 0,
      epoch: 0,
      cause: 'power-on',
      lostState: false,
    }),
    states: { power, connection },
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
export class Herd {
  readonly #machine = deviceMachine();
  readonly #root: Actor<typeof nobody>;

  constructor(clock: MachineClock) {
    this.#root = createActor(nobody, { clock }).start();
  }

  join(input: DeviceInput): DeviceActor {
    return createActor(this.#machine, { input, parent: this.#root });
  }
}

/** The root of a fleet does nothing but be the parent of all; an error of theirs is its own. */
const nobody = setup({}).createMachine({ id: 'fleet' });
