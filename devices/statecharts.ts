/**
 * What a device does, as one statechart: each part of its life is a region of its own, and
 * `region.state` is the public name of where it stands. It hears a few lifecycle events a minute;
 * messages and samples never pass through it. One machine serves all devices with the same
 * regions; a device is an actor of it, with its actions and policy as input and every delay on the
 * clock of its fleet.
 */
import { createActor, setup } from 'xstate';
import { ChartActor, Stage } from './chart-actor.ts';
import { connection } from './regions/connection.ts';
import { power } from './regions/power.ts';
import { type DeviceEvent, type DeviceInput, vocabulary } from './regions/region.ts';

/** Regions that parts bring, by the part's name. */
export type Regions = Readonly<Record<string, object>>;

const deviceMachine = (regions: Regions = {}) =>
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

/** What the states of a device with these regions are called: `region.state`, sorted. */
export const stateNames = (regions: Regions = {}): string[] =>
  Object.entries({ power, connection, ...regions })
    .flatMap(([region, config]) => statesIn(config).map((state) => `${region}.${state}`))
    .sort();

/** Also those within others. */
function statesIn(config: object): string[] {
  const { states = {} } = config as { states?: Readonly<Record<string, object>> };
  return Object.entries(states).flatMap(([state, inner]) => [state, ...statesIn(inner)]);
}

type DeviceMachine = ReturnType<typeof deviceMachine>;
export type DeviceActor = ChartActor<
  ReturnType<DeviceMachine['getInitialSnapshot']>,
  DeviceEvent,
  DeviceInput
>;

/** When the delays of a fleet's statecharts run. */
export interface MachineClock {
  setTimeout(action: () => void, ms: number): unknown;
  clearTimeout(id: unknown): void;
}

/** The statecharts of a fleet, in one actor system: it has the clock on which delays run. */
export class Statecharts {
  readonly #machines = new Map<string, DeviceMachine>();
  readonly #stage: Stage;

  constructor(clock: MachineClock) {
    const { system } = createActor(nobody, { clock }).start();
    // Whoever made it act is not to blame.
    const failed = (error: unknown): unknown =>
      clock.setTimeout(() => {
        throw error;
      }, 0);
    this.#stage = new Stage(system, failed);
  }

  join(input: DeviceInput, regions: Regions = {}): DeviceActor {
    const key = Object.keys(regions).sort().join(' ');
    let machine = this.#machines.get(key);
    if (machine === undefined) {
      machine = deviceMachine(regions);
      this.#machines.set(key, machine);
    }
    return new ChartActor(this.#stage, machine as never, input);
  }
}

/** The root of a fleet does nothing but be there. */
export const nobody = setup({}).createMachine({ id: 'fleet' });
