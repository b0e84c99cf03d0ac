/** The draining tank against what Torricelli and the equation itself say. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drainOf, heightAfter } from './draining.ts';

const DRAIN = drainOf(0.62, (Math.PI / 4) * 0.05 ** 2);

it('drains two metres through 50 mm in 524.5 s, the root of its height evenly', () => {
  const tank = { area: 1, inflow: 0, drain: DRAIN };
  expect(heightAfter(2, tank, 524.4)).toBeGreaterThan(0);
  expect(heightAfter(2, tank, 524.6)).toBe(0);
  const roots = [100, 200, 300].map((t) => Math.sqrt(heightAfter(2, tank, t)));
  expect((roots[0] ?? 0) - (roots[1] ?? 0)).toBeCloseTo((roots[1] ?? 0) - (roots[2] ?? 0), 12);
});

it('comes to rest where as much leaves as comes', () => {
  const inflow = 0.006;
  const steady = (inflow / DRAIN) ** 2;
  for (const h of [0, steady / 3, steady, 4 * steady]) {
    expect(heightAfter(h, { area: 1, inflow, drain: DRAIN }, 1e6)).toBeCloseTo(steady, 9);
  }
});

const amounts = fc.record({
  h: fc.double({ min: 0, max: 30, noNaN: true }),
  area: fc.double({ min: 0.01, max: 1000, noNaN: true }),
  inflow: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 3, noNaN: true })),
  drain: fc.double({ min: 1e-6, max: 3, noNaN: true }),
  dt: fc.double({ min: 0, max: 100_000, noNaN: true }),
});

it('is the same in one stretch as in two, and never leaves its way', () => {
  fc.assert(
    fc.property(amounts, ({ h, dt, ...tank }) => {
      const whole = heightAfter(h, tank, dt);
      const halves = heightAfter(heightAfter(h, tank, dt / 2), tank, dt / 2);
      const steady = (tank.inflow / tank.drain) ** 2;
      expect(Math.abs(whole - halves)).toBeLessThanOrEqual(1e-9 * Math.max(1, h, whole));
      expect(whole).toBeGreaterThanOrEqual(Math.min(h, steady) - 1e-9 * Math.max(1, h));
      expect(whole).toBeLessThanOrEqual(Math.max(h, steady) + 1e-9 * Math.max(1, h, steady));
    }),
    { numRuns: 2000 },
  );
});

it('keeps its books: what came less what left is what stands there', () => {
  const tank = { area: 0.7, inflow: 0.004, drain: DRAIN };
  // Simpson's rule over the outflow, fine enough for the bound.
  const [cells, dt] = [2000, 300];
  let left = 0;
  for (let cell = 0; cell < cells; cell++) {
    const [a, b, c] = [0, 0.5, 1].map((x) => heightAfter(2, tank, ((cell + x) * dt) / cells));
    const sum = Math.sqrt(a ?? 0) + 4 * Math.sqrt(b ?? 0) + Math.sqrt(c ?? 0);
    left += ((DRAIN * sum) / 6) * (dt / cells);
  }
  const stands = heightAfter(2, tank, dt) * tank.area;
  expect(Math.abs(2 * tank.area + tank.inflow * dt - left - stands)).toBeLessThan(1e-9);
});
