/** What holds of every way of going wrong, whatever the model, the law and the time. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GROWTHS, type Malfunctioning } from '#kernel';
import type { InputSpec, MalfunctionSpec } from '../device.ts';
import { stageOf } from './growth.ts';
import { changed, Worn } from './worn.ts';

const declared = {
  params: { power: { about: 'Power', unit: 'W', value: 100, spread: 0 } },
  inputs: { gap: { about: 'A gap', unit: 'm', value: 0 } } satisfies Record<string, InputSpec>,
  malfunctions: {
    weak: { about: 'Weak', component: 'motor', changes: { power: { by: 'factor', worst: 0.5 } } },
    open: { about: 'Open', component: 'door', changes: { gap: { by: 'sum', worst: 2 } } },
  } satisfies Record<string, MalfunctionSpec>,
} as const;

const ill = (more: Partial<Malfunctioning> = {}): Malfunctioning => ({
  ...{ kind: 'weak', severity: 1, grows: 'step', overMs: 1000, fault: 'f', cause: 'f' },
  ...{ from: 1000, to: 5000 },
  ...more,
});

const worn = (...malfunctions: Malfunctioning[]): Worn<typeof declared> =>
  new Worn(declared, { params: { power: 80 }, key: 7, malfunctions });

const grows = fc.constantFrom(...GROWTHS);
const severity = fc.double({ min: 0.01, max: 1, noNaN: true });
const overMs = fc.integer({ min: 1, max: 10_000_000 });

describe('a malfunction', () => {
  test('grows from something to its worst and never beyond', () => {
    fc.assert(
      fc.property(
        grows,
        severity,
        overMs,
        fc.integer({ min: 0, max: 2e7 }),
        (law, worst, over, t) => {
          const { severity: now, untilMs } = stageOf(
            { grows: law, severity: worst, overMs: over },
            t,
            3,
          );
          expect(now).toBeGreaterThanOrEqual(0);
          expect(now).toBeLessThanOrEqual(worst * (1 + 1e-12));
          expect(untilMs).toBeGreaterThan(t);
        },
      ),
    );
  });

  test.each(['step', 'ramp', 'exponential'] as const)(
    '%s is at its worst after its time',
    (law) => {
      const at = (t: number) => stageOf({ grows: law, severity: 0.8, overMs: 10_000 }, t, 3);
      expect(at(10_240)).toEqual({ severity: 0.8, untilMs: Number.POSITIVE_INFINITY });
      expect(at(0).severity).toBeGreaterThan(0);
    },
  );

  test('that ramps is half as bad half way; one that grows exponentially is far from it', () => {
    const half = (law: Malfunctioning['grows']) =>
      stageOf({ grows: law, severity: 1, overMs: 25_600 }, 12_799, 3).severity;
    expect(half('ramp')).toBeCloseTo(0.5, 2);
    // (e^2.5 − 1) / (e^5 − 1)
    expect(half('exponential')).toBeCloseTo(0.0759, 2);
  });

  test('by fits and starts is there from its onset on, and about half of the time', () => {
    const at = (step: number) =>
      stageOf({ grows: 'intermittent', severity: 1, overMs: 32_000 }, step * 1000, 11).severity;
    expect(at(0)).toBe(1);
    const there = Array.from({ length: 4000 }, (_, step) => at(step)).filter((one) => one > 0);
    // Five standard deviations of a fair coin.
    expect(Math.abs(there.length - 2000)).toBeLessThan(5 * Math.sqrt(1000));
  });

  test('at severity 0 changes nothing, to the last bit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(changed(value, { by: 'factor', worst: 0.3 }, 0)).toBe(value * 1);
        expect(changed(value, { by: 'sum', worst: 0.3 }, 0)).toBe(value + 0);
      }),
    );
    expect(worn(ill({ severity: 0 })).edgeAfter(0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('worn parameters', () => {
  test('are the healthy ones before, the worst ones meanwhile, and healthy again', () => {
    const one = worn(ill(), ill({ kind: 'open', fault: 'g', from: 2000, to: 3000 }));
    const seen = [0, 1000, 2500, 3000, 5000].map((t) => [one.at(t).power, one.at(t).gap]);
    expect(seen).toEqual([
      [80, 0],
      [40, 0],
      [40, 2],
      [40, 0],
      [80, 0],
    ]);
    expect([0, 1000, 2000, 3000, 5000].map((t) => one.edgeAfter(t))).toEqual([
      1000,
      2000,
      3000,
      5000,
      Number.POSITIVE_INFINITY,
    ]);
  });

  test('of two causes are changed by both', () => {
    expect(worn(ill(), ill({ fault: 'g' })).at(2000).power).toBe(20);
  });

  test('do not hang on what was asked before, and change at the edges alone', () => {
    const life = fc.array(
      fc.record({
        grows,
        severity,
        overMs,
        at: fc.nat(20_000),
        lasts: fc.integer({ min: 1, max: 20_000 }),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(
        life,
        fc.array(fc.nat(50_000), { minLength: 1, maxLength: 30 }),
        (drawn, times) => {
          const causes = drawn.map(({ at, lasts, ...how }, k) =>
            ill({
              ...how,
              kind: k % 2 ? 'open' : 'weak',
              fault: `f${k}`,
              from: at,
              to: at + lasts,
            }),
          );
          const asked = worn(...causes);
          for (const t of times) {
            const alone = worn(...causes);
            expect({ ...valuesOf(asked, t) }).toEqual(valuesOf(alone, t));
            const edge = alone.edgeAfter(t);
            expect(edge).toBeGreaterThan(t);
            const last = Math.min(edge - 1, t + 1e6);
            expect(valuesOf(worn(...causes), last)).toEqual(valuesOf(asked, t));
          }
        },
      ),
    );
  });
});

const valuesOf = (one: Worn<typeof declared>, t: number): { power: number; gap: number } => {
  const { power, gap } = one.at(t);
  return { power, gap };
};
