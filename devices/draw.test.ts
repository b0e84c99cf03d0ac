/** Drawn parameters: spread, clamping, overrides, and that nobody shifts anybody else's numbers. */
import { describe, expect, test } from 'vitest';
import type { DrawnParam } from './device.ts';
import { completeParams, drawParams } from './draw.ts';

const params: Record<string, DrawnParam> = {
  mass: { about: '', unit: 'kg', value: 2, spread: 0.1 },
  fixed: { about: '', unit: '1', value: 7, spread: 0 },
  railed: { about: '', unit: '1', value: 1, spread: 3, min: 0.9, max: 1.1 },
};

const fleet = (overrides: Record<string, number> = {}): number[][] =>
  Array.from({ length: 4000 }, (_, index) => drawParams(params, overrides, 1, `d/${index}`));

describe('drawParams', () => {
  test('a lognormal around the value with the spread it names', () => {
    const logs = fleet().map(([mass]) => Math.log((mass ?? 0) / 2));
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const variance = logs.reduce((sum, log) => sum + (log - mean) * (log - mean), 0) / logs.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.sqrt(variance)).toBeCloseTo(0.1, 2);
  });

  test('spread 0 keeps the value and the rails hold', () => {
    for (const [, fixed, railed] of fleet()) {
      expect(fixed).toBe(7);
      expect(railed).toBeGreaterThanOrEqual(0.9);
      expect(railed).toBeLessThanOrEqual(1.1);
    }
  });

  test('an override takes the place of the value, keeps the spread, and shifts no other parameter', () => {
    const plain = fleet();
    const heavy = fleet({ mass: 20, unknown: 1 });
    plain.forEach((drawn, index) => {
      expect(heavy[index]?.[0]).toBeCloseTo((drawn[0] ?? 0) * 10, 9);
      expect(heavy[index]?.slice(1)).toEqual(drawn.slice(1));
    });
  });

  test('two parameters of one device are drawn apart', () => {
    const twins = { one: params.mass, other: params.mass } as Record<string, DrawnParam>;
    let product = 0;
    for (let index = 0; index < 4000; index++) {
      const [one = 0, other = 0] = drawParams(twins, {}, 1, `d/${index}`);
      product += (Math.log(one / 2) * Math.log(other / 2)) / 0.01 / 4000;
    }
    expect(Math.abs(product)).toBeLessThan(0.1);
  });

  test('a parameter added in front leaves the others as they were', () => {
    const more = { before: { about: '', unit: '1', value: 3, spread: 0.5 }, ...params };
    expect(drawParams(more, {}, 1, 'd/0').slice(1)).toEqual(drawParams(params, {}, 1, 'd/0'));
    expect(drawParams(params, {}, 2, 'd/0')).not.toEqual(drawParams(params, {}, 1, 'd/0'));
  });

  test('what is missing by name has its declared value', () => {
    const { mass, fixed, railed } = completeParams(params, { mass: 5 });
    expect({ mass, fixed, railed }).toEqual({ mass: 5, fixed: 7, railed: 1 });
    expect(completeParams(params, {}).mass).toBe(2);
  });
});
