/** Who stands on the bus of one gateway is found without a look at all other buses. */
import { afterEach, expect, it, vi } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import { ChildrenOracle } from './children.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';

const PAIRS = 50;
const timeline = { samplingEnd: 0, faultsOn: () => [] } as unknown as Timeline;

/** Each gateway has one child, which comes right behind it. */
function planOf(): Plan {
  const plan = testPlan({ devices: 2 * PAIRS, readings: 1, commands: null });
  const [entry] = plan.entries;
  if (entry === undefined) return plan;
  const parts = [{ kind: 'gateway', params: { bus: { poll: 1000, misses: 3 } } }];
  plan.entries = [{ ...entry, parts }, entry];
  plan.devices.forEach((row, at) => {
    if (at % 2 === 1) Object.assign(row, { entry: 1, via: at - 1 });
  });
  return plan;
}

afterEach(() => vi.restoreAllMocks());

it('grows with the fleet, and not with its square', () => {
  const plan = planOf();
  const oracle = new ChildrenOracle(plan, timeline);
  const pairs = Array.from({ length: PAIRS }, (_, at) => ({ device: 2 * at, child: 2 * at + 1 }));
  for (const pair of pairs) {
    oracle.step({ op: 'gateway/answered', t: 1, round: 0, ...pair } as unknown as LedgerEntry);
  }
  let looks = 0;
  const values: (this: Map<unknown, unknown>) => MapIterator<unknown> = Map.prototype.values;
  vi.spyOn(Map.prototype, 'values').mockImplementation(function* (this: Map<unknown, unknown>) {
    for (const value of values.call(this)) {
      looks++;
      yield value;
    }
  } as typeof values);
  const found = plan.devices.map((_, device) => oracle.behind(device).map(({ child }) => child));
  for (const { device } of pairs) {
    oracle.step({ op: 'state', t: 2, device, state: 'power.off' } as LedgerEntry);
  }
  vi.restoreAllMocks();
  expect(found).toEqual(plan.devices.map((_, at) => (at % 2 === 0 ? [at + 1] : [])));
  expect(looks).toBe(2 * PAIRS);
});
