/** In which bucket of a curve something lies, and how wide the buckets are. */
import { expect, it } from 'vitest';
import type { Timeline } from '#oracles';
import type { Series } from '../result.ts';
import { Curves } from './series.ts';

const curves = (endMs: number): Curves => new Curves({ end: endMs * 1000 } as Timeline);

const seriesOf = (of: Curves, name: string): Series['values'] =>
  of.close(() => 0).find((one) => one.name === name)?.values ?? [];

it.each([
  ['short', 1, 100, 1],
  ['of 120 of the smallest buckets', 12_000, 100, 120],
  ['longer than that', 12_001, 200, 61],
  ['of 120 buckets of 200 ms', 24_000, 200, 120],
  ['of 120 buckets of 500 ms', 60_000, 500, 120],
  ['of half a minute more', 90_000, 1000, 90],
  ['of an hour', 3_600_000, 50_000, 72],
])('a run %s has buckets that are easy to read', (_, endMs, stepMs, count) => {
  const one = curves(endMs);
  expect([one.stepMs, seriesOf(one, 'lost').length]).toEqual([stepMs, count]);
});

it('what happens on an edge lies in the later bucket, and what is later in the last', () => {
  const one = curves(500);
  const times = [0, 99.999, 100, 399.999, 400, 499, 500, 5000];
  for (const t of times) one.count('lost', t * 1000);
  one.count('lost', -1000, 10);
  expect(seriesOf(one, 'lost')).toEqual([12, 1, 0, 1, 4]);
});

it('rates are by the second', () => {
  const one = curves(30_000);
  for (const [ms, times] of [
    [0, 3],
    [29_600, 1],
  ] as const)
    one.count('rate', ms * 1000, times);
  const rates = seriesOf(one, 'rate');
  expect([one.stepMs, rates[0], rates[1], rates.at(-1)]).toEqual([500, 6, 0, 2]);
});

it('the fleet is counted at the end of each bucket', () => {
  const asked: number[] = [];
  const [connected] = curves(300).close((us) => asked.push(us));
  expect(asked).toEqual([100_000, 200_000, 300_000]);
  expect(connected).toMatchObject({ name: 'connected', t0: 0, step: 100, values: [1, 2, 3] });
});

it('latencies lie where they were intended, and silence is no latency', () => {
  const one = curves(300);
  one.latency(0, 20);
  one.latency(99_999, 40);
  one.latency(200_000, 100);
  expect(seriesOf(one, 'p50')).toEqual([0.02, null, 0.1]);
  expect(seriesOf(one, 'max')).toEqual([0.04, null, 0.1]);
});

it('what lasts is there on average, and what is shorter than a bucket for its share of it', () => {
  const one = curves(450);
  for (const [from, to] of [
    [0, 250],
    [50, 100],
    [390, Number.POSITIVE_INFINITY],
    [300, 300],
    [-100, 20],
  ] as const)
    one.lasted('on trial', from * 1000, to * 1000);
  const { values, unit } = one.average('on trial', 'devices');
  expect(unit).toBe('devices');
  // The last bucket is half as wide as the others, since the run ends in it.
  expect(values).toEqual([1.7, 1, 0.5, 0.1, 1]);
});

it('what stands is counted where most of it stood at once, and goes on from there', () => {
  const one = curves(450);
  for (const [from, to] of [
    [10, 20],
    [20, 40],
    [30, 210],
    [390, Number.POSITIVE_INFINITY],
    [300, 300],
  ] as const)
    one.stood('alarms', from * 1000, to * 1000);
  expect(one.most('alarms', 'at most').values).toEqual([2, 1, 1, 1, 1]);
  expect(one.most('nothing', '').values).toEqual([0, 0, 0, 0, 0]);
});
