/**
 * The score of a run, played by nobody: in which order things happen is tested by whole runs; here
 * is what whole runs cannot show at will, a fault that does not let itself be taken back and a run
 * that would not end.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind, Undo } from '#chaos';
import type { FaultPlan, OpName, PhasePlan, Plan } from '#kernel';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import type { LooseFields } from '../../kernel/testing/fields.ts';
import { Conductor, type Outcome, type Stage } from './conductor.ts';

const PHASE_MS = 20;
const phases = (['warmup', 'steady', 'chaos', 'settle', 'drain'] as const).map(
  (name, i): PhasePlan => ({ name, from: i * PHASE_MS, to: (i + 1) * PHASE_MS }),
);

const dark: FaultPlan = {
  id: 'dark',
  fault: 'stubborn',
  from: 2 * PHASE_MS + 2,
  to: 2 * PHASE_MS + 8,
  acts: 'link',
  cohorts: [],
  devices: [],
  params: {},
  proof: { kind: 'swallowed' },
  toxics: [],
  down: false,
};

const plan = {
  phases,
  devices: [],
  faults: [dark],
  stopWhen: [],
  bounds: { durationMs: 60_000 },
  gate: { at: 2 * PHASE_MS, connectedShare: 0, deliveredShare: 0 },
} as unknown as Plan;

let clock: ManualClock;
let lines: string[];
beforeEach(() => {
  clock = new ManualClock();
  lines = [];
});

function conductorOf(fault: FaultKind, changes: Partial<Plan> = {}): Conductor {
  const write = (op: OpName, fields: LooseFields): number => {
    lines.push([op, ...Object.values(fields)].join(' '));
    return clock.now();
  };
  return new Conductor({
    plan: { ...plan, ...changes },
    clock,
    ledger: { write, flush: () => {} } as unknown as Stage['ledger'],
    shards: [],
    probes: new Map(),
    faults: new Map([['stubborn', fault]]),
    actions: {} as Stage['actions'],
    arm: async () => async () => {},
    progress: () => {},
    stop: new Promise(() => {}),
  });
}

/** Lets time pass until the run has ended. */
async function played(conductor: Conductor): Promise<Outcome> {
  let over = false;
  const run = conductor.run().finally(() => {
    over = true;
  });
  for (await turn(); !over; await turn()) clock.advance(1);
  return run;
}

const kindOf = (inject: FaultKind['inject']): FaultKind => ({
  kind: 'stubborn',
  summary: '',
  acts: 'link',
  params: {},
  resolve: () => ({ toxics: [], down: false, proof: { kind: 'swallowed' } }),
  inject,
});

describe('a fault that does not let itself be taken back', () => {
  let undone = 0;
  beforeEach(() => {
    undone = 0;
  });

  const stubborn = (failures: number): FaultKind =>
    kindOf(
      async (): Promise<Undo> => async () => {
        if (undone++ < failures) throw new Error('no answer');
      },
    );

  it('is tried again at the end, and ends in the ledger when it ended', async () => {
    expect(await played(conductorOf(stubborn(2)))).toEqual({ kind: 'done' });
    expect(undone).toBe(3);
    const note = 'note dark could not be healed: no answer';
    const told = lines.filter((line) => /^(?:fault|note)/.test(line));
    expect(told).toEqual(['fault true dark', note, note, 'fault false dark']);
  });

  it('has no end in the ledger when it has none, and the run ends all the same', async () => {
    expect(await played(conductorOf(stubborn(Number.POSITIVE_INFINITY)))).toEqual({ kind: 'done' });
    expect(lines).toContain('fault true dark');
    expect(lines).not.toContain('fault false dark');
    expect(undone).toBe(4);
  });
});

describe('the bound on the time of a run', () => {
  const NOTE = 'note the run went on beyond its bound of 200ms';
  const bounded = { bounds: { durationMs: 200, messages: 0, devices: 0 } };
  const phasesSaid = (): string[] => lines.filter((line) => line.startsWith('phase'));

  it('is not reached by a run that goes as planned', async () => {
    const honest = kindOf(async () => async () => {});
    expect(await played(conductorOf(honest, bounded))).toEqual({ kind: 'done' });
    expect(lines).not.toContain(NOTE);
    expect(clock.now()).toBe(5 * PHASE_MS);
    clock.advance(1000);
    expect(lines).not.toContain(NOTE);
  });

  it('ends one whose fault hangs, healed, drained and with its end in the ledger', async () => {
    const hanging = kindOf(() => new Promise(() => {}));
    const outcome = await played(conductorOf(hanging, bounded));
    expect(outcome).toEqual({ kind: 'overran', why: NOTE.slice('note '.length) });
    expect(clock.now()).toBe(200);
    expect(lines).toContain(NOTE);
    expect(lines.filter((line) => line.startsWith('fault'))).toEqual([
      'fault true dark',
      'fault false dark',
    ]);
    expect(phasesSaid().slice(-3)).toEqual([
      'phase false chaos',
      'phase true drain',
      'phase false drain',
    ]);
  });

  it('ends one that drains too long before it is read back', async () => {
    const late = kindOf(async () => async () => {});
    const long = phases.map((phase) => (phase.name === 'drain' ? { ...phase, to: 500 } : phase));
    const outcome = await played(conductorOf(late, { ...bounded, phases: long }));
    expect([outcome.kind, clock.now()]).toEqual(['overran', 200]);
    expect(phasesSaid().at(-1)).toBe('phase false drain');
  });

  it.each([5, 50])('holds nothing up when the run is abandoned after %i ms', async (after) => {
    const conductor = conductorOf(
      kindOf(() => new Promise(() => {})),
      bounded,
    );
    const run = conductor.run();
    run.catch(() => {});
    for (let ms = 0; ms < after; ms++) {
      await turn();
      clock.advance(1);
    }
    conductor.abandon();
    const said = [...lines];
    await expect(run).rejects.toThrow('the run is over');
    expect(lines).toEqual(said);
    clock.advance(250);
    expect(clock.pending).toBe(0);
    expect(lines).not.toContain(NOTE);
  });
});
