/**
 * Whatever a fault does (throw half-way, hang, forget what it did, come back late), nothing of it
 * is left, and the ledger says what was.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultActions, FaultKind, Undo } from '#chaos';
import type { FaultPlan, OpName } from '#kernel';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import type { LooseFields } from '../../kernel/testing/fields.ts';
import type { Probe } from '../watch/probe.ts';
import { FaultRunner, type FaultStage } from './fault-runner.ts';

const never = <T>(): Promise<T> => new Promise(() => {});
const plan = { id: 'dark', fault: 'odd', cohorts: [1, 2], devices: [] } as unknown as FaultPlan;
const fault: FaultPlan = { ...plan, proof: { kind: 'swallowed' } };

let clock: ManualClock;
let lines: string[];
/** What actions did and did not take back. */
let held: Set<number>;
beforeEach(() => {
  clock = new ManualClock();
  lines = [];
  held = new Set();
});

const disableLink = async (cohort: number): Promise<Undo> => {
  held.add(cohort);
  return async () => void held.delete(cohort);
};

function runnerOf(
  inject: FaultKind['inject'],
  actions: Partial<FaultActions> = {},
  probes: FaultStage['probes'] = new Map(),
): FaultRunner {
  const write = (op: OpName, fields: LooseFields): number => {
    lines.push([op, ...Object.values(fields)].join(' '));
    return clock.now();
  };
  return new FaultRunner({
    clock,
    ledger: { write } as unknown as FaultStage['ledger'],
    faults: new Map([['odd', { kind: 'odd', inject } as FaultKind]]),
    actions: { disableLink, ...actions } as FaultActions,
    arm: async () => async () => {},
    probes,
  });
}

/** Lets time pass until it has ended. */
async function ended(task: Promise<void>): Promise<void> {
  let over = false;
  void task.finally(() => {
    over = true;
  });
  for (await turn(); !over; await turn()) clock.advance(1000);
  return task;
}

const both = async (actions: FaultActions, { cohorts }: FaultPlan): Promise<Undo[]> =>
  Promise.all(cohorts.map((cohort) => actions.disableLink(cohort)));

/** Answers for as long as a fault that is proved by a rate acts on its cohort. */
function measuring(): { probe: Probe; asked: boolean[] } {
  const asked: boolean[] = [];
  return { asked, probe: { measureRate: (on: boolean) => asked.push(on) } as unknown as Probe };
}

describe('two faults at once', () => {
  it('leave the rate measured until the one that is proved by it ends', async () => {
    const { asked, probe } = measuring();
    const runner = runnerOf(async () => async () => {}, {}, new Map([[1, probe]]));
    const paced: FaultPlan = { ...fault, id: 'slow', proof: { kind: 'paced', measures: 'rate' } };
    await runner.inject(paced);
    await runner.inject(fault);
    await runner.heal('dark');
    expect(asked.at(-1)).toBe(true);
    await runner.heal('slow');
    expect(asked.at(-1)).toBe(false);
  });
});

describe('a fault', () => {
  it('acts until it is healed', async () => {
    const runner = runnerOf(async (actions, plan) => {
      const undos = await both(actions, plan);
      return async () => void (await Promise.all(undos.map((undo) => undo())));
    });
    await runner.inject(fault);
    expect([runner.injected, held.size]).toEqual([['dark'], 2]);
    await runner.heal('dark');
    await runner.heal('dark');
    await runner.healAll();
    expect([runner.injected, held.size]).toEqual([[], 0]);
    expect(lines).toEqual(['fault true dark', 'fault false dark']);
    expect(clock.pending).toBe(0);
  });

  it('that fails half-way is taken back at once, without its help', async () => {
    const runner = runnerOf(async (actions, plan) => {
      await both(actions, plan);
      throw new Error('no third one');
    });
    await runner.inject(fault);
    expect(held.size).toBe(0);
    const note = 'note dark could not be injected: no third one';
    expect(lines).toEqual(['fault true dark', note]);
    await runner.heal('dark');
    expect(lines).toEqual(['fault true dark', note, 'fault false dark']);
  });

  it('that throws before it began is a note and nothing more', async () => {
    await runnerOf(() => {
      throw new Error('never began');
    }).inject(fault);
    expect(lines).toContain('note dark could not be injected: never began');
  });

  it('that forgets a part of its undo leaves nothing', async () => {
    const runner = runnerOf(async (actions, plan) => {
      const [first] = await both(actions, plan);
      return async () => first?.();
    });
    await runner.inject(fault);
    await runner.heal('dark');
    expect(held.size).toBe(0);
  });

  it('whose injection hangs is given up and taken back', async () => {
    const runner = runnerOf(async (actions, plan) => {
      await both(actions, plan);
      return never();
    });
    await ended(runner.inject(fault));
    expect(held.size).toBe(0);
    expect(lines).toContain('note dark could not be injected: no answer within 1m');
    await runner.healAll();
    expect(lines.at(-1)).toBe('fault false dark');
  });

  it('whose injection comes late can do no more, and is taken back by itself', async () => {
    const late = Promise.withResolvers<void>();
    const own: string[] = [];
    const runner = runnerOf(async (actions) => {
      await late.promise;
      await actions.disableLink(1).catch((error: Error) => own.push(error.message));
      return async () => void own.push('undone');
    });
    const injecting = runner.inject(fault);
    await runner.healAll();
    late.resolve();
    await injecting;
    expect(own).toEqual(['the fault is over', 'undone']);
    expect(held.size).toBe(0);
    expect(lines).toEqual(['fault true dark', 'fault false dark']);
  });

  it('is healed as well while a hand of it is still at work', async () => {
    const slow = Promise.withResolvers<void>();
    const runner = runnerOf(async (actions) => actions.disableLink(1), {
      disableLink: async (cohort) => {
        await slow.promise;
        return disableLink(cohort);
      },
    });
    const injecting = runner.inject(fault);
    const healing = runner.healAll();
    slow.resolve();
    await Promise.all([injecting, healing]);
    expect(held.size).toBe(0);
    expect(lines).toEqual(['fault true dark', 'fault false dark']);
  });

  it('whose undo hangs is not waited for twice, and the others are healed', async () => {
    const runner = runnerOf(async (actions, { id }) => {
      const undo = await actions.disableLink(id === 'dark' ? 1 : 2);
      return id === 'dark' ? undo : never;
    });
    await runner.inject(fault);
    await runner.inject({ ...fault, id: 'stuck' });
    await ended(runner.healAll());
    expect(held.size).toBe(0);
    expect(clock.now()).toBeLessThan(62_000);
    expect(lines).toContain('note stuck could not be healed: no answer within 1m');
    expect(lines).toContain('fault false dark');
    expect(lines).not.toContain('fault false stuck');
  });

  it('holds nothing up once the run is abandoned', async () => {
    const runner = runnerOf(() => never());
    const injecting = runner.inject(fault);
    runner.abandon();
    await injecting;
    expect(clock.pending).toBe(0);
    expect(lines).toEqual(['fault true dark']);
  });
});
