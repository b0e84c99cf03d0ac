/** The motor against the textbook: with the spread taken away, every number can be worked out. */
import { expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import motor from './induction-motor.ts';

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(motor.params)) params[name] = param.value;
  const all = { ...params, loadSwing: 0, hallSwing: 0, ...overrides };
  return motor.start({ params: all, key: 5, malfunctions });
}

const HOUR = 3_600_000;

const ill = (kind: string, from = 0): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from, to: Number.POSITIVE_INFINITY },
  ...{ severity: 1, grows: 'step', overMs: 0 },
});

interface Truth extends Record<string, number> {
  currentA: number;
  currentC: number;
  winding: number;
  tripped: number;
  speed: number;
}
const at = (physics: Physics, t: number) => physics.truth(t) as Truth;

/** Load, in % of the rated one, at which it takes so many times its rated current. */
const loadFor = (times: number): number =>
  100 * Math.sqrt((times * times - 0.35 * 0.35) / (1 - 0.35 * 0.35));

/** Whether its relay has let go so long after it was switched on in the cold. */
function trips(times: number, afterMs: number): boolean {
  const physics = still();
  physics.power(false, 0);
  physics.command('load', loadFor(times), 10 * HOUR);
  physics.power(true, 10 * HOUR);
  return at(physics, 10 * HOUR + afterMs).tripped === 1;
}

it.each([
  [1.2, 435.2],
  [1.5, 202.0],
  [2, 96.7],
])('lets go after its time at %d times its rated current', (times, seconds) => {
  const around = [-0.1, 0.1].map((by) => trips(times, (seconds + by) * 1000));
  expect(around).toEqual([false, true]);
});

it('bears 1.05 times its rated current for ever', () => {
  expect(trips(1.0499, 2 * HOUR)).toBe(false);
});

it('lets go after 6.45 s with its rotor locked', () => {
  const locked = (after: number): number => {
    const physics = still({}, [ill('rotor-locked', 10 * HOUR)]);
    physics.power(false, 0);
    at(physics, 10 * HOUR - 1);
    physics.power(true, 10 * HOUR);
    return at(physics, 10 * HOUR + after).tripped;
  };
  expect([locked(6440), locked(6470)]).toEqual([0, 1]);
});

it('is 115.2 K warmer than its hall at 1.2 times its rated current', () => {
  const physics = still({ tripAt: 2 });
  physics.command('load', loadFor(1.2), 0);
  expect(at(physics, 10 * HOUR).winding - 25).toBeCloseTo(115.2, 3);
});

it('takes 10.74 A at its rated load, and shows its broken bars at 47 and 53 Hz', () => {
  const physics = still({}, [ill('broken-bars')]);
  physics.command('load', 100, 0);
  const sound = still();
  sound.command('load', 100, 0);
  expect(at(sound, HOUR).currentA).toBeCloseTo(10.74, 6);
  expect(at(sound, HOUR).sidebandLow).toBeCloseTo(47, 6);
  expect(at(sound, HOUR).sidebandHigh).toBeCloseTo(53, 6);
  expect(at(physics, HOUR).sideband).toBeLessThan((at(sound, HOUR).sideband ?? 0) - 10);
});

it('uses up its life twice as fast by each ten kelvins', () => {
  const used = (hallMean: number): number => {
    const physics = still({ hallMean });
    return at(physics, 50 * HOUR).lifeUsed ?? 0;
  };
  expect(used(35) / used(25)).toBeCloseTo(2, 9);
});

it('closes again when its relay has cooled, and lets go again while the cause lasts', () => {
  const physics = still({}, [ill('overload')]);
  const states = Array.from({ length: 720 }, (_, k) => at(physics, k * 10_000).tripped);
  const turns = states.filter((state, k) => k > 0 && state !== states[k - 1]).length;
  expect(turns).toBeGreaterThan(4);
});

it.each([
  ['fan-blocked', { winding: 1, currentA: 0 }],
  ['broken-bars', { sideband: -1, speed: -1 }],
  ['bearing-drag', { currentA: 1, winding: 1, speed: -1 }],
] as const)('shows %s where a motor would', (kind, signs) => {
  const [well, sick] = [at(still(), 3 * HOUR), at(still({}, [ill(kind)]), 3 * HOUR)];
  for (const [name, sign] of Object.entries(signs)) {
    expect(Math.sign((sick[name] ?? 0) - (well[name] ?? 0)), name).toBe(sign);
  }
});

it('carries 1.73 times as much in two phases when the third is gone', () => {
  const [well, sick] = [at(still(), 1), at(still({}, [ill('phase-loss')]), 1)];
  expect(sick.currentA / well.currentA).toBeCloseTo(Math.sqrt(3), 9);
  expect(sick.currentC).toBe(0);
});

it('is the same however often it is looked at', () => {
  const [often, once] = [still({}, [ill('overload')]), still({}, [ill('overload')])];
  for (let t = 0; t < 20 * HOUR; t += 7000) often.truth(t);
  expect(often.truth(20 * HOUR)).toEqual(once.truth(20 * HOUR));
});
