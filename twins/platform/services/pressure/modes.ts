/**
 * How much of a platform there is: all of it, one that passes telemetry over, or one that takes
 * nothing that it may pass over. It gets worse at once and better only when it has been better for
 * a while, at another depth than the one at which it got worse, so that it does not go to and fro.
 */
import { assign, initialTransition, setup, transition } from 'xstate';
import type { Limits } from './limits.ts';

export type Mode = 'normal' | 'limited' | 'read-only';

/** What is seen of the platform in one moment. */
export interface Look {
  now: number;
  /** Messages on their way in. */
  depth: number;
  /** For how long the oldest of them has waited for its commit. */
  stuckMs: number;
}

interface Context {
  limits: Limits;
  /** Since when it has been better; null while it is not. */
  betterSince: number | null;
}

const isStuck = ({ limits }: Context, { stuckMs }: Look): boolean =>
  stuckMs >= limits.readOnlyAfterMs;
const isFilling = ({ limits }: Context, { depth }: Look): boolean =>
  depth >= limits.queue * limits.limitedAt;
const isCalm = ({ limits }: Context, { depth }: Look): boolean =>
  depth <= limits.queue * limits.normalAt;
const hasHeld = ({ limits, betterSince }: Context, { now }: Look): boolean =>
  betterSince !== null && now - betterSince >= limits.holdMs;

const machine = setup({
  types: {
    context: {} as Context,
    events: {} as { type: 'look' } & Look,
    input: {} as Limits,
  },
  guards: {
    stuck: ({ context, event }) => isStuck(context, event),
    filling: ({ context, event }) => isFilling(context, event),
    relieved: ({ context, event }) => !isStuck(context, event) && hasHeld(context, event),
    calm: ({ context, event }) => isCalm(context, event) && hasHeld(context, event),
  },
  actions: {
    worse: assign({ betterSince: null }),
    moving: assign({
      betterSince: ({ context, event }) =>
        isStuck(context, event) ? null : (context.betterSince ?? event.now),
    }),
    draining: assign({
      betterSince: ({ context, event }) =>
        isCalm(context, event) ? (context.betterSince ?? event.now) : null,
    }),
  },
}).createMachine({
  context: ({ input }) => ({ limits: input, betterSince: null }),
  initial: 'normal',
  states: {
    normal: {
      on: {
        look: [
          { guard: 'stuck', target: 'read-only', actions: 'worse' },
          { guard: 'filling', target: 'limited', actions: 'worse' },
        ],
      },
    },
    limited: {
      on: {
        look: [
          { guard: 'stuck', target: 'read-only', actions: 'worse' },
          { guard: 'calm', target: 'normal', actions: 'worse' },
          { actions: 'draining' },
        ],
      },
    },
    'read-only': {
      on: {
        look: [{ guard: 'relieved', target: 'limited', actions: 'worse' }, { actions: 'moving' }],
      },
    },
  },
});

/** Why a mode was entered, by where it came from. */
const WHY: Readonly<Record<string, string>> = {
  'normal limited': 'the queue filled up',
  'normal read-only': 'the store stood still',
  'limited read-only': 'the store stood still',
  'limited normal': 'the queue had drained',
  'read-only limited': 'the store went on',
};

export class Modes {
  #state: ReturnType<typeof initialTransition<typeof machine>>[0];
  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
    [this.#state] = initialTransition(machine, limits);
  }

  get mode(): Mode {
    return this.#state.value;
  }

  /** What it changed to, and why; null where it is what it was. */
  look(look: Look): { from: Mode; to: Mode; why: string } | null {
    const from = this.mode;
    [this.#state] = transition(machine, this.#state, { type: 'look', ...look });
    const to = this.mode;
    return to === from ? null : { from, to, why: WHY[`${from} ${to}`] ?? '' };
  }

  /** When it may get better if nothing changes until then; null where that is not in sight. */
  get nextAt(): number | null {
    const { betterSince } = this.#state.context;
    return betterSince === null ? null : betterSince + this.#limits.holdMs;
  }
}
