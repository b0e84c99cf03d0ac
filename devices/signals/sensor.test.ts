/** Sensors, weather, doors and the mean kinetic temperature. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { airHeatJPerK } from './air.ts';
import { doorBlock, openingIn } from './door.ts';
import { meanKineticTemperature } from './kinetic-temperature.ts';
import { measure, quantise } from './sensor.ts';
import { dayWave, hourOfDay, sunShare } from './weather.ts';

describe('sensor', () => {
  const steps = fc.constantFrom(0.01, 0.05, 0.1, 0.5, 1, 2, 5, 0.25, 0.3);

  test('a measured value is a multiple of the step, within the rails, at most half a step away', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e4, max: 1e4, noNaN: true }), steps, (value, step) => {
        const spec = { about: '', unit: '', low: -100 * step, high: 100 * step, step };
        const read = quantise(value, spec);
        expect(Math.abs(read / step - Math.round(read / step))).toBeLessThan(1e-6);
        expect(read).toBeGreaterThanOrEqual(spec.low - 1e-9);
        expect(read).toBeLessThanOrEqual(spec.high + 1e-9);
        const railed = Math.min(spec.high, Math.max(spec.low, value));
        expect(Math.abs(read - railed)).toBeLessThanOrEqual(step / 2 + 1e-9);
      }),
      { seed: 6, numRuns: 500 },
    );
  });

  test('decimals come out short, and zero has no sign', () => {
    const spec = { about: '', unit: '', low: -40, high: 85, step: 0.1 };
    expect(JSON.stringify([20.3, 4.7, -17.9].map((value) => quantise(value + 0.01, spec)))).toBe(
      '[20.3,4.7,-17.9]',
    );
    expect(Object.is(quantise(-0.01, spec), 0)).toBe(true);
  });

  test('noise has the spread it was given and hangs on n alone', () => {
    const spec = { about: '', unit: '', low: -1000, high: 1000, step: 0.001 };
    const reads = Array.from({ length: 20_000 }, (_, n) => measure(4, 0.5, 77, n, spec));
    const mean = reads.reduce((sum, read) => sum + read, 0) / reads.length;
    const variance = reads.reduce((sum, r) => sum + (r - mean) * (r - mean), 0) / reads.length;
    expect(mean).toBeCloseTo(4, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
    expect(measure(4, 0.5, 77, 19_999, spec)).toBe(reads[19_999]);
  });
});

describe('weather', () => {
  test('the day has its mean, its swing and its hours', () => {
    expect(dayWave(5, 5, 15)).toBeCloseTo(10, 9);
    expect(dayWave(5, 5, 3)).toBeCloseTo(0, 9);
    expect(hourOfDay(5 * 3_600_000, 22)).toBeCloseTo(3, 9);
    expect(sunShare(12)).toBeCloseTo(1, 9);
    expect(sunShare(2)).toBe(0);
    expect(sunShare(20)).toBe(0);
  });
});

describe('door', () => {
  const habits = { openingsPerHour: 3, openMs: 20_000, hourAtStart: 8 };

  test('openings lie within their block and come about as often as said', () => {
    let openings = 0;
    let openMs = 0;
    const days = 300;
    for (let block = 0; block < days * 144; block++) {
      const opening = openingIn(block, 5, habits);
      if (opening === null) continue;
      openings++;
      openMs += opening.to - opening.from;
      expect(doorBlock(opening.from)).toBe(block);
      expect(opening.to).toBeLessThanOrEqual((block + 1) * 600_000);
      expect(opening.to).toBeGreaterThan(opening.from);
    }
    // 13 hours at 3 an hour and 11 at a tenth of that.
    expect(openings / days / (13 * 3 + 11 * 0.3)).toBeCloseTo(1, 1);
    expect(openMs / openings / 20_000).toBeGreaterThan(0.95);
    expect(openMs / openings / 20_000).toBeLessThan(1.1);
  });

  test('one full change of 0.3 m³ of air at 21 K carries 7.60 kJ', () => {
    expect((airHeatJPerK(0.3) * 21) / 1000).toBeCloseTo(7.6, 2);
  });
});

describe('mean kinetic temperature', () => {
  test('of a constant it is that constant, else at least the mean', () => {
    expect(meanKineticTemperature([5, 5, 5])).toBeCloseTo(5, 9);
    const courses = fc.array(fc.double({ min: -30, max: 40, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(courses, (course) => {
        const mean = course.reduce((sum, value) => sum + value, 0) / course.length;
        expect(meanKineticTemperature(course)).toBeGreaterThanOrEqual(mean - 1e-9);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('one warm hour in a cold day shows', () => {
    const course = [...Array.from({ length: 23 }, () => 5), 25];
    expect(meanKineticTemperature(course)).toBeGreaterThan(6);
  });
});
