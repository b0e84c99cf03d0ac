/**
 * The score of a run, played by nobody: in which order things happen is tested by whole runs; here
 * is what whole runs cannot show at will, a fault that does not let itself be taken back.
 */
import { performance } from 'node:perf_hooks';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultKind, Undo } from '#chaos';
import type { FaultPlan, OpName, PhasePlan, Plan } from '#kernel';
import type { LooseFields } from '../../kernel/testing/fields.ts';
import { RunClock } from '../record/run-clock.ts';
import { Conductor, type Stage } from './conductor.ts';

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

describe('a fault that does not let itself be taken back', () => {
  let lines: string[] = [];
  let undone = 0;
  beforeEach(() => {
    lines = [];
    undone = 0;
  });

  const stubborn = (failures: number): FaultKind => ({
    kind: 'stubborn',
    summary: '',
    acts: 'link',
    params: {},
    resolve: () => ({ toxics: [], down: false, proof: { kind: 'swallowed' } }),
    inject: async (): Promise<Undo> => async () => {
      if (undone++ < failures) throw new Error('no answer');
    },
  });

  const play = (failures: number) => {
    const clock = new RunClock(() => performance.now());
    clock.start();
    const write = (op: OpName, fields: LooseFields): number => {
      if (op === 'fault') lines.push(`fault ${fields.injected} ${fields.fault}`);
      if (op === 'note') lines.push(`note  ${fields.text}`);
      return clock.now();
    };
    const conductor = new Conductor({
      plan,
      clock,
      ledger: { write, flush: () => {} } as unknown as Stage['ledger'],
      shards: [],
      probes: new Map(),
      faults: new Map([['stubborn', stubborn(failures)]]),
      hands: {} as Stage['hands'],
      progress: () => {},
      stop: new Promise(() => {}),
    });
    return conductor.run();
  };

  it('is tried again at the end, and ends in the ledger when it ended', async () => {
    expect(await play(2)).toEqual({ kind: 'done' });
    expect(undone).toBe(3);
    const note = 'note  dark could not be healed: no answer';
    expect(lines).toEqual(['fault true dark', note, note, 'fault false dark']);
  });

  it('has no end in the ledger when it has none, and the run ends all the same', async () => {
    expect(await play(Number.POSITIVE_INFINITY)).toEqual({ kind: 'done' });
    expect(lines).toContain('fault true dark');
    expect(lines).not.toContain('fault false dark');
    expect(undone).toBe(4);
  });
});
