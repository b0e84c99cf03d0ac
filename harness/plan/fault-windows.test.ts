/** Which faults a plan refuses to let act at once, and how it says so. */
import { describe, expect, it } from 'vitest';
import type { FaultKind } from '#chaos';
import type { FaultPlan } from '#kernel';
import type { Scenario } from '#scenarios';
import { overlapProblems } from './fault-windows.ts';

const fault = (id: string, from: number, to: number): FaultPlan => ({
  id,
  fault: 'fog',
  from,
  to,
  acts: 'link',
  cohorts: [0],
  devices: [0],
  params: {},
  proof: { kind: 'delayed' },
  toxics: [{ type: 'latency', stream: 'upstream', attributes: { latency: 5 } }],
  down: false,
});

const pair = [fault('a', 1000, 4000), fault('b', 2000, 9000)];
const scenario = { chaos: [{ id: 'a' }, { id: 'b' }] } as unknown as Scenario;
const problemsOf = (kind: Partial<FaultKind>) =>
  overlapProblems({ scenario, kinds: new Map([['fog', kind as FaultKind]]) }, pair);

describe('two faults of one kind on one link at once', () => {
  it('are refused with both names, both windows and a way out', () => {
    const refused = {
      code: 'faults-overlap',
      path: 'chaos[1]',
      message: expect.stringContaining(
        'a (fog, 1s to 4s) and b (fog, 2s to 9s) exclude each other',
      ),
      hint: expect.stringContaining('let one begin when the other ends'),
    };
    expect(problemsOf({ additive: false })).toMatchObject([refused]);
    expect(problemsOf({})).toMatchObject([refused]);
  });

  it('are planned where their kind says that they add up, whatever it is called', () => {
    expect(problemsOf({ additive: true })).toEqual([]);
  });
});
