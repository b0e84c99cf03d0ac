/**
 * A fleet twice as large is judged with twice the work. Counted is how often a device is looked up,
 * in the plan and among the targets of a fault: that is what a search within a search multiplies.
 */
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import type { CheckerKind } from './checker.ts';
import { faultPlan, healthy, tellFault } from './testing/story.ts';

const folder = new URL('./checkers/', import.meta.url);

const CHECKERS = await Promise.all(
  readdirSync(folder)
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .map(async (file) => {
      const module = (await import(new URL(file, folder).href)) as { default: CheckerKind };
      return module.default;
    }),
);

/** Of a fleet that keeps sessions, under a fault on all of it that ends no connection. */
function looksAt(count: number): number {
  let looks = 0;
  const watched = <T>(list: T[]): T[] =>
    new Proxy(list, {
      get: (all, key) => {
        looks++;
        return Reflect.get(all, key);
      },
    });
  const devices = Array.from({ length: count }, (_, device) => device);
  const slow = { proof: { kind: 'delayed', delayMs: 20 }, devices };
  const story = healthy({
    devices: count,
    lanes: [0, 1, 2, 3, 4, 5, 6, 7],
    entry: { session: 'persistent', will: true, retainStatus: true, qos: 2, everyMs: 5000 },
    faults: [faultPlan('slow', slow), faultPlan('slower', { ...slow, from: 12_000, to: 14_000 })],
    expect: [
      { checker: 'recovered', params: { share: 0.99, within: 1000, after: 'slow' } },
      { checker: 'latency', params: { p99: 100, during: 'all' } },
    ],
  });
  tellFault(story, 'slow');
  tellFault(story, 'slower');
  const plan: Plan = {
    ...story.plan,
    devices: watched(story.plan.devices),
    faults: story.plan.faults.map((fault) => ({ ...fault, devices: watched(fault.devices) })),
  };
  const result = Object.assign(story, { plan }).judge(CHECKERS);
  expect(result.checkers.filter(({ summary }) => summary.includes('failed'))).toEqual([]);
  return looks;
}

it('grows with the fleet, and not with its square', () => {
  const [some, twice] = [looksAt(250), looksAt(500)];
  expect(some).toBeGreaterThan(250);
  expect(twice).toBeLessThan(2.5 * some);
});
