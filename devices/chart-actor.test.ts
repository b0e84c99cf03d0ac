/** An actor of ours against one of the library, event by event; and what only ours must do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine, fromCallback, raise, setup } from 'xstate';
import { type Chart, ChartActor, Stage } from './chart-actor.ts';
import { nobody } from './statecharts.ts';

/** Time that is moved by hand. */
class Clock {
  now = 0;
  waiting: { at: number; action: () => void }[] = [];

  setTimeout = (action: () => void, ms: number): unknown => {
    const timer = { at: this.now + ms, action };
    this.waiting.push(timer);
    return timer;
  };

  clearTimeout = (timer: unknown): void => {
    this.waiting = this.waiting.filter((one) => one !== timer);
  };

  move(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = this.waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.clearTimeout(next);
      this.now = next.at;
      next.action();
    }
    this.now = end;
  }
}

type Said = { type: string };
interface Input {
  log: string[];
  /** Called from within an action. */
  act?: (said: string) => void;
}

/** Regions, history, guards, delays that are taken back, and an event raised from within. */
const many = setup({
  types: {} as { context: Input & { count: number }; events: Said; input: Input },
  actions: {
    say: ({ context, event }, { what }: { what: string }) => {
      context.log.push(`${what} by ${event.type}`);
      context.act?.(what);
    },
    throwIt: () => {
      throw new Error('thrown by an action');
    },
  },
  delays: { later: ({ context }) => 500 + context.log.length },
}).createMachine({
  type: 'parallel',
  context: ({ input }) => ({ ...input, count: 0 }),
  states: {
    lamp: {
      initial: 'off',
      on: { REST: { target: '.rest' }, THROW: { actions: 'throwIt' } },
      states: {
        off: { entry: { type: 'say', params: { what: 'off' } }, on: { PRESS: { target: 'lit' } } },
        lit: {
          initial: 'dim',
          entry: { type: 'say', params: { what: 'lit' } },
          exit: { type: 'say', params: { what: 'unlit' } },
          after: { later: { target: 'off' } },
          on: { PRESS: { target: 'off' } },
          states: {
            dim: { after: { 200: { target: 'bright' } } },
            bright: { entry: raise({ type: 'SHONE' }) },
            past: { type: 'history' },
          },
        },
        rest: { on: { WAKE: { target: 'lit.past' } } },
      },
    },
    bell: {
      initial: 'still',
      states: {
        still: { on: { SHONE: { target: 'rings' } } },
        rings: {
          entry: { type: 'say', params: { what: 'rings' } },
          after: { 100: { target: 'still', actions: { type: 'say', params: { what: 'rang' } } } },
        },
      },
    },
  },
});

const stageOn = (clock: Clock, failures: unknown[]): Stage => {
  const { system } = createActor(nobody, { clock }).start();
  return new Stage(system, (error) => failures.push(error));
};
const ours = (stage: Stage, input: Input) =>
  new ChartActor(stage, many as unknown as Chart<never, Said, Input>, input);
const stateOf = (snapshot: unknown): unknown => (snapshot as { value: unknown } | null)?.value;

type Step = { say: string } | { move: number };
const step = fc.oneof(
  fc.constantFrom('PRESS', 'REST', 'WAKE', 'SHONE', 'NONSENSE').map((say): Step => ({ say })),
  fc.nat({ max: 400 }).map((move): Step => ({ move })),
);

describe('an actor of ours', () => {
  it('does what one of the library does, at the same times', () => {
    const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const [mine, its] = [new Clock(), new Clock()];
      const input: Input = { log: [] };
      const peerInput: Input = { log: [] };
      const actor = ours(stageOn(mine, []), input);
      const peer = createActor(many, { input: peerInput, clock: its });
      actor.start();
      peer.start();
      for (const one of steps) {
        if ('move' in one) for (const clock of [mine, its]) clock.move(one.move);
        else for (const who of [actor, peer]) who.send({ type: one.say });
        expect(input.log).toEqual(peerInput.log);
        expect(stateOf(actor.snapshot)).toEqual(peer.getSnapshot().value);
        expect(mine.waiting.map(({ at }) => at)).toEqual(its.waiting.map(({ at }) => at));
      }
    });
    fc.assert(property, { seed: 11, numRuns: 500 });
  });

  it('hears after its turn what it is told within it, and nothing before it has begun', () => {
    const input: Input = { log: [] };
    const actor = ours(stageOn(new Clock(), []), input);
    input.act = (what) => {
      if (what === 'lit') actor.send({ type: 'PRESS' });
    };
    actor.send({ type: 'PRESS' });
    expect(input.log).toEqual([]);
    actor.start();
    expect(input.log).toEqual([
      'off by xstate.init',
      'lit by PRESS',
      'unlit by PRESS',
      'off by PRESS',
    ]);
  });

  it('may make another one act from within its own turn', () => {
    const clock = new Clock();
    const stage = stageOn(clock, []);
    const second: Input = { log: [] };
    const other = ours(stage, second);
    const first: Input = {
      log: [],
      act: (what) => {
        if (what === 'lit') other.send({ type: 'PRESS' });
      },
    };
    const actor = ours(stage, first);
    other.start();
    actor.start();
    actor.send({ type: 'PRESS' });
    expect(second.log).toEqual(['off by xstate.init', 'lit by PRESS']);
    // Each has its own delays, begun for itself.
    expect(clock.waiting).toHaveLength(4);
    other.send({ type: 'PRESS' });
    expect(clock.waiting).toHaveLength(2);
    clock.move(1000);
    expect(stateOf(actor.snapshot)).toMatchObject({ lamp: 'off' });
  });

  it('is over once it failed, and tells of it without throwing at whoever made it act', () => {
    const clock = new Clock();
    const failures: unknown[] = [];
    const stage = stageOn(clock, failures);
    const input: Input = { log: [] };
    const [actor, beside] = [ours(stage, input), ours(stage, { log: [] })];
    actor.start();
    beside.start();
    actor.send({ type: 'PRESS' });
    actor.send({ type: 'THROW' });
    expect(failures).toEqual([new Error('thrown by an action')]);
    expect(clock.waiting).toEqual([]);
    input.log.length = 0;
    actor.send({ type: 'PRESS' });
    expect(input.log).toEqual([]);
    beside.send({ type: 'PRESS' });
    expect(stateOf(beside.snapshot)).toMatchObject({ lamp: { lit: 'dim' } });
  });

  it('shares the lists of its states with all that stand where it does', () => {
    const stage = stageOn(new Clock(), []);
    const [one, other] = [ours(stage, { log: [] }), ours(stage, { log: [] })];
    for (const actor of [one, other]) {
      actor.start();
      actor.send({ type: 'PRESS' });
    }
    const [a, b] = [one.snapshot, other.snapshot] as unknown as { _nodes: object; value: object }[];
    expect(a?._nodes).toBe(b?._nodes);
    expect(a?.value).toBe(b?.value);
    expect(a).not.toBe(b);
  });

  it('may have a part whose region invokes an actor of the library', () => {
    const log: string[] = [];
    const machine = createMachine({
      initial: 'on',
      states: {
        on: {
          invoke: {
            src: fromCallback(({ sendBack }) => {
              log.push('begun');
              sendBack({ type: 'TOLD' });
              return () => log.push('ended');
            }),
          },
          on: { TOLD: { target: 'off' } },
        },
        off: {},
      },
    });
    const stage = stageOn(new Clock(), []);
    const actor = new ChartActor(stage, machine as unknown as Chart<never, Said, object>, {});
    actor.start();
    expect(stateOf(actor.snapshot)).toBe('off');
    expect(log).toEqual(['begun', 'ended']);
  });
});
