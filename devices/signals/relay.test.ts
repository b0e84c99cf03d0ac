/**
 * The relay against a brute-force integration, against itself in small steps, and against the
 * textbook.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { follow, relax, timeToReach } from './first-order.ts';
import { type Relay, type RelayState, relayAt, relayPeriod } from './relay.ts';

const thermostat: Relay = {
  tauS: 10_000,
  infOn: 25,
  infOff: 5,
  onAt: 20.5,
  offAt: 21.5,
  lagS: 0,
  powered: true,
};
const fridge: Relay = {
  tauS: 20_000,
  infOn: -50,
  infOff: 25,
  onAt: 5,
  offAt: 3,
  lagS: 1800,
  powered: true,
};

const relays = fc.record({
  tauS: fc.double({ min: 20, max: 50_000, noNaN: true }),
  middle: fc.double({ min: -20, max: 30, noNaN: true }),
  half: fc.double({ min: 0.1, max: 3, noNaN: true }),
  reachOn: fc.double({ min: -2, max: 60, noNaN: true }),
  reachOff: fc.double({ min: -2, max: 60, noNaN: true }),
  cools: fc.boolean(),
  lagS: fc.oneof(fc.constant(0), fc.double({ min: 5, max: 5000, noNaN: true })),
  powered: fc.integer({ min: 0, max: 9 }).map((draw) => draw > 0),
  x: fc.double({ min: -5, max: 5, noNaN: true }),
  on: fc.boolean(),
});

/** A heating or cooling relay whose ends lie anywhere, also where a threshold is never met. */
function relayOf(
  drawn: typeof relays extends fc.Arbitrary<infer T> ? T : never,
): [Relay, RelayState] {
  const sign = drawn.cools ? -1 : 1;
  const relay = {
    tauS: drawn.tauS,
    onAt: drawn.middle - sign * drawn.half,
    offAt: drawn.middle + sign * drawn.half,
    infOn: drawn.middle + sign * drawn.reachOn,
    infOff: drawn.middle - sign * drawn.reachOff,
    lagS: drawn.lagS,
    powered: drawn.powered,
  };
  const x = drawn.middle + drawn.x;
  return [relay, { x, on: drawn.on, lag: drawn.middle }];
}

describe('first-order state', () => {
  test('63.2 % of a step after one time constant', () => {
    expect(relax(0, 1, 10_000, 10_000)).toBeCloseTo(0.632121, 6);
  });

  test('meets a target exactly when it says so, and never a target it moves away from', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (x, inf, share) => {
          fc.pre(Math.abs(x - inf) > 1e-3);
          const target = x + (inf - x) * share;
          expect(relax(x, inf, 7, timeToReach(x, inf, target, 7))).toBeCloseTo(target, 8);
          expect(timeToReach(target, inf, x, 7)).toBe(Number.POSITIVE_INFINITY);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test('the follower agrees with a fine integration, through equal time constants', () => {
    for (const lag of [50, 99.999999, 100, 100.000001, 250, 5000]) {
      let y = 2;
      const dt = 0.005;
      for (let step = 0; step < 300 / dt; step++) {
        const middle = relax(10, -3, 100, (step + 0.5) * dt);
        y = relax(y, middle, lag, dt);
      }
      expect(follow(2, 10, -3, 100, lag, 300)).toBeCloseTo(y, 6);
    }
  });

  test('the follower is finite for very long times', () => {
    expect(follow(2, 10, -3, 100, 1, 1e6)).toBeCloseTo(-3, 9);
    expect(follow(2, 10, -3, 1, 100, 1e6)).toBeCloseTo(-3, 9);
  });
});

describe('hysteresis relay', () => {
  test('the textbook room: on 2513.1 s, off 625.2 s, duty 0.8008', () => {
    const onS = timeToReach(20.5, 25, 21.5, 10_000);
    const offS = timeToReach(21.5, 5, 20.5, 10_000);
    expect(onS).toBeCloseTo(2513.1, 1);
    expect(offS).toBeCloseTo(625.2, 1);
    expect(onS / (onS + offS)).toBeCloseTo(0.8008, 4);
    expect(relayPeriod(thermostat)).toBeCloseTo(onS + offS, 9);
    const start = { x: 20.5, on: true, lag: 0 };
    expect(relayAt(thermostat, start, 2513).on).toBe(true);
    expect(relayAt(thermostat, start, 2514).on).toBe(false);
    expect(relayAt(thermostat, start, 2513.1 + 625.1).on).toBe(false);
    expect(relayAt(thermostat, start, 2513.1 + 625.4).on).toBe(true);
  });

  test('the textbook fridge: on 740.8 s, off 1906.2 s, 32.6 starts a day, duty 0.2799', () => {
    const onS = timeToReach(5, -50, 3, 20_000);
    const offS = timeToReach(3, 25, 5, 20_000);
    expect(onS).toBeCloseTo(740.8, 1);
    expect(offS).toBeCloseTo(1906.2, 1);
    expect(86_400 / relayPeriod(fridge)).toBeCloseTo(32.6, 1);
    expect(onS / (onS + offS)).toBeCloseTo(0.2799, 4);
  });

  test('one jump equals any number of steps', () => {
    fc.assert(
      fc.property(
        relays,
        fc.array(fc.double({ min: 0, max: 20_000, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (drawn, steps) => {
          const [relay, start] = relayOf(drawn);
          const total = steps.reduce((sum, step) => sum + step, 0);
          const stepped = steps.reduce((state, step) => relayAt(relay, state, step), start);
          const jumped = relayAt(relay, start, total);
          // At the instant of a switch rounding may put the two on different sides of it; x is
          // continuous.
          expect(Math.abs(stepped.x - jumped.x)).toBeLessThan(1e-6);
          expect(Math.abs(stepped.lag - jumped.lag)).toBeLessThan(1e-6);
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  test('agrees with an integration in small steps', () => {
    fc.assert(
      fc.property(relays, (drawn) => {
        const [relay, start] = relayOf({ ...drawn, tauS: Math.max(400, drawn.tauS) });
        const sign = relay.offAt > relay.onAt ? 1 : -1;
        const dt = 0.05;
        let { x, on } = start;
        for (let step = 0; step < 1000 / dt; step++) {
          if (!relay.powered) on = false;
          else if (on ? sign * (x - relay.offAt) >= 0 : sign * (x - relay.onAt) <= 0) on = !on;
          x += ((on ? relay.infOn : relay.infOff) - x) * (dt / relay.tauS);
        }
        expect(Math.abs(relayAt(relay, start, 1000).x - x)).toBeLessThan(0.05);
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  test('a jump over a million cycles keeps the follower and stays inside the band', () => {
    const start = { x: 5, on: true, lag: 12 };
    const years = relayAt(fridge, start, 1e6 * relayPeriod(fridge) + 100);
    expect(years.x).toBeCloseTo(relayAt(fridge, start, 100).x, 4);
    expect(years.on).toBe(true);
    // By then the follower has settled into the cycle that it also reaches in fifty single steps.
    let state: RelayState = start;
    for (let cycle = 0; cycle < 50; cycle++) state = relayAt(fridge, state, relayPeriod(fridge));
    expect(years.lag).toBeCloseTo(relayAt(fridge, state, 100).lag, 4);
    expect(years.lag).toBeGreaterThan(3);
    expect(years.lag).toBeLessThan(5);
  });

  test('without power it drifts outside, and switches at once when power is back', () => {
    const dark = relayAt({ ...fridge, powered: false }, { x: 4, on: true, lag: 4 }, 200_000);
    expect(dark.on).toBe(false);
    expect(dark.x).toBeCloseTo(25, 2);
    expect(relayAt(fridge, dark, 0).on).toBe(true);
  });

  test('a relay without a band is a broken invariant, not an endless loop', () => {
    const start = { x: 20.5, on: true, lag: 20.5 };
    expect(() => relayAt({ ...thermostat, offAt: 20.5 }, start, 100)).toThrow('band');
    expect(() => relayAt({ ...thermostat, tauS: Number.NaN }, start, 100)).toThrow('band');
  });

  test('a threshold that is never met leaves it where it settles', () => {
    const weak = { ...thermostat, infOn: 21 };
    const settled = relayAt(weak, { x: 10, on: false, lag: 10 }, 1e6);
    expect(settled.on).toBe(true);
    expect(settled.x).toBeCloseTo(21, 6);
  });
});
