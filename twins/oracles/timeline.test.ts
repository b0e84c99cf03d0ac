/** What is asked of the timeline about spans and holes. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { testPlan } from './testing/plan.ts';
import { isHidden, isTargetDown, overlaps, type Span, type Timeline } from './timeline.ts';

it('spans overlap where some instant lies in both', () => {
  const span = fc
    .record({ from: fc.nat({ max: 8 }), length: fc.integer({ min: 1, max: 4 }) })
    .map(({ from, length }): Span => ({ from, to: from + length }));
  const instants = ({ from, to }: Span): number[] =>
    Array.from({ length: to - from }, (_, index) => from + index);
  fc.assert(
    fc.property(span, span, (a, b) => {
      expect(overlaps(a, b)).toBe(instants(a).some((t) => instants(b).includes(t)));
    }),
    { seed: 148, numRuns: 200 },
  );
});

it('the target is down in a span when it was away somewhere in it', () => {
  const downs = [
    { from: 10, to: 20 },
    { from: 40, to: Number.POSITIVE_INFINITY },
  ];
  const isDown = (from: number, to: number): boolean =>
    isTargetDown({ downs } as unknown as Timeline, { from, to });
  expect([isDown(0, 10), isDown(0, 11), isDown(19, 30), isDown(20, 40), isDown(90, 91)]).toEqual([
    false,
    true,
    true,
    false,
    true,
  ]);
});

it('a hole hides what concerns a lane that it is in, or the run', () => {
  const base = testPlan({ devices: 3, readings: 1 });
  const plan = { ...base, devices: base.devices.map((row, lane) => ({ ...row, lane })) };
  const holed = { isWhole: false, damagedLanes: new Set([1]) } as unknown as Timeline;
  const whole = { isWhole: true, damagedLanes: new Set() } as unknown as Timeline;
  const hides = (timeline: Timeline, ...devices: number[]): boolean =>
    isHidden(timeline, plan, devices);
  expect([hides(holed, 1), hides(holed, 0, 1), hides(holed, 0, 2), hides(holed, 0)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([hides(holed), hides(whole), hides(whole, 1)]).toEqual([true, false, false]);
});
