/**
 * What the regions of the device's statechart share: the events it hears, the actions by which it
 * acts, what it remembers. The regions are pure configuration; one machine serves every
 * device, and all that is a device's own is its context.
 */
import { assign, not, setup, stateIn } from 'xstate';

/**
 * What a device can do to the world. Called by the statechart; may answer with an event at once.
 */
export interface DeviceActions {
  /**
   * Opens a connection. `attempt` counts since the last stable one; `clean` asks for a fresh
   * session.
   */
  connect(attempt: number, clean: boolean): void;
  /**
   * Ends the connection or the attempt, if there is one, in good order. `why`: connect-timeout,
   * sleep, stop, power-off, reset.
   */
  hangUp(why: string): void;
  /**
   * Power or memory is gone at once: what was held is forgotten and the peer hears nothing, so that
   * the old connection stays half-open. `why`: power-cut, heap-exhausted, battery-empty.
   */
  abandon(why: string): void;
  /** How long to wait after failure number `attempt`, the first being 0. */
  backoffMs(attempt: number): number;
  /** How long this boot takes. */
  bootMs(): number;
  /** Entered `region.state`. */
  entered(state: string): void;
  /** Restarts in good order, now: who has something to save does so. */
  restarting(): void;
  /** Came up. Epochs rise from 1. */
  booted(epoch: number, cause: string): void;
  /** The supply came or went. A reset is neither. */
  powered(on: boolean, cause: string): void;
}

export interface ConnectionPolicy {
  session: 'clean' | 'persistent';
  /**
   * How long a connection must have lasted before failures are forgotten. A platform that accepts
   * and then kicks would otherwise be met with a first, short wait for ever.
   */
  stableMs?: number;
  connectTimeoutMs?: number;
}

export type DeviceEvent =
  | { type: 'POWER_ON' }
  /** Power gone without a word. */
  | { type: 'POWER_CUT' }
  /** Shut down in good order. */
  | { type: 'POWER_OFF' }
  /** The watchdog resets a device that ran out of memory. */
  | { type: 'HEAP_EXHAUSTED' }
  | { type: 'BATTERY_EMPTY' }
  /** Nothing that it could run is left. */
  | { type: 'BRICKED' }
  /** A new battery in a dead device. */
  | { type: 'REPLACED' }
  /** Restart in good order. */
  | { type: 'RESET' }
  | { type: 'CONNECTED'; sessionPresent: boolean }
  | { type: 'REFUSED'; reason: string }
  | { type: 'LOST'; reason: string }
  | { type: 'SLEEP' }
  | { type: 'WAKE' }
  /** The end of the device's part in the run. */
  | { type: 'STOP' }
  /** For the region that a part brings: `<part>.<what>`. */
  | { type: `${string}.${string}` };

export interface DeviceInput {
  actions: DeviceActions;
  policy: ConnectionPolicy;
}

export interface DeviceMemory extends DeviceInput {
  /** Connects since the last stable connection. */
  attempts: number;
  epoch: number;
  /** Why the device is booting, or will be. */
  cause: string;
  /** What was in flight is forgotten, so the next session must begin clean. */
  lostState: boolean;
}

const STABLE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 10_000;

export const vocabulary = setup({
  types: {} as { context: DeviceMemory; events: DeviceEvent; input: DeviceInput },
  actions: {
    note: ({ context }, { state }: { state: string }) => context.actions.entered(state),
    supply: ({ context }, { on, cause }: { on: boolean; cause: string }) =>
      context.actions.powered(on, cause),
    hangUp: ({ context }, { why }: { why: string }) => context.actions.hangUp(why),
    abandon: ({ context }, { why }: { why: string }) => context.actions.abandon(why),
    connect: ({ context }) =>
      context.actions.connect(
        context.attempts - 1,
        context.policy.session === 'clean' || context.lostState,
      ),
    countAttempt: assign({ attempts: ({ context }) => context.attempts + 1 }),
    forgetAttempts: assign({ attempts: 0 }),
    loseState: assign({ lostState: true, attempts: 0 }),
    sessionBegun: assign({ lostState: false }),
    willBootAfter: assign({ cause: (_, { cause }: { cause: string }) => cause }),
    countEpoch: assign({ epoch: ({ context }) => context.epoch + 1 }),
    restarting: ({ context }) => context.actions.restarting(),
    boot: ({ context }) => context.actions.booted(context.epoch, context.cause),
  },
  guards: {
    running: stateIn({ power: 'on' }),
    notRunning: not(stateIn({ power: 'on' })),
  },
  delays: {
    bootDelay: ({ context }) => context.actions.bootMs(),
    connectTimeout: ({ context }) => context.policy.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    backoffDelay: ({ context }) => context.actions.backoffMs(Math.max(0, context.attempts - 1)),
    stableDelay: ({ context }) => context.policy.stableMs ?? STABLE_MS,
  },
});
