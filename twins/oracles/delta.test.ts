/** What a fault lets a child repeat leads astray whoever adds up, until one goes whole. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { DeltaOracle } from './delta.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';

const WHOLE = -1;

/** Ten samples, two of them whole, all acknowledged; the target is off by one in some. */
function told(fault: { from: number; to: number } | null, ...off: number[]) {
  const plan = testPlan({ devices: 1, readings: 60 });
  const [entry] = plan.entries;
  const parts = [{ kind: 'delta', params: { steps: { level: 0.1 }, whole: 5 } }];
  if (entry !== undefined) plan.entries = [{ ...entry, parts }];
  const span = { from: (fault?.from ?? 0) * 1e6, to: (fault?.to ?? 0) * 1e6 };
  const timeline = {
    readsOf: () => ({ beganAt: 50_000_000 }),
    faultsOn: () => (fault === null ? [] : [{ ...span, plan: { bus: { stale: true } } }]),
  } as unknown as Timeline;
  const oracle = new DeltaOracle(plan, timeline, 0);
  const step = (op: string, second: number, fields: object): void =>
    oracle.step({ op, t: second * 1e6, device: 0, stream: 0, ...fields } as unknown as LedgerEntry);
  for (let n = 0; n < 10; n++) {
    const values = JSON.stringify({ level: n });
    step('delta/said', n, { n, base: n % 5 === 0 ? WHOLE : n - 1, values });
    step('acked', n + 0.5, { n });
  }
  for (let n = 0; n < 10; n++) {
    const values = JSON.stringify({ level: off.includes(n) ? n - 1 : n });
    step('delta/rebuilt', 51, { n, values });
  }
  step('delta/read', 52, {});
  const [story] = oracle.of(0);
  return [story?.unsure, ...(story?.wrong ?? []).map(({ n, mistake }) => `${mistake.is} ${n}`)];
}

it('accuses nobody of what came of that, and whoever else is off', () => {
  expect(told(null, 2, 3, 4)).toEqual([0, 'off 2', 'off 3', 'off 4']);
  const fault = { from: 1.7, to: 2.3 };
  expect(told(fault, 2, 3, 4)).toEqual([3]);
  expect(told(fault, 1, 2, 3)).toEqual([2, 'off 1']);
  expect(told(fault, 4, 5, 6)).toEqual([1, 'off 5', 'off 6']);
  // It was said before the fault, and was heard within it.
  expect(told({ from: 2.2, to: 2.4 }, 2)).toEqual([1]);
  expect(told(fault)).toEqual([0]);
});
