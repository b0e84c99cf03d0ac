/** The cell against the textbook: with the spread taken away, every number can be worked out. */
import { expect, it } from 'vitest';
import type { Malfunctioning } from '#kernel';
import type { Physics } from '../device.ts';
import cell from './battery-cell.ts';

function still(
  overrides: Record<string, number> = {},
  malfunctions: Malfunctioning[] = [],
): Physics {
  const params: Record<string, number> = {};
  for (const [name, param] of Object.entries(cell.params)) params[name] = param.value;
  return cell.start({ params: { ...params, ...overrides }, key: 5, malfunctions });
}

const HOUR = 3_600_000;

const worst = (kind: string): Malfunctioning => ({
  ...{ fault: kind, cause: kind, kind, from: 0, to: Number.POSITIVE_INFINITY },
  ...{ severity: 1, grows: 'step', overMs: 0 },
});

interface Truth extends Record<string, number> {
  voltage: number;
  current: number;
  charge: number;
  temperature: number;
  cycles: number;
  moved: number;
  health: number;
}
const at = (physics: Physics, t: number) => physics.truth(t) as Truth;

/** The first turn from which it is emptied, after a rest. */
function loadedAt(physics: Physics): number {
  for (let t = 20_000; t < 100 * HOUR; t += 10_000) {
    const before = at(physics, t - 1).current;
    if (before === 0 && at(physics, t).current > 0) return t;
  }
  throw new Error('it is never loaded');
}

it('gives 105 mV less at once under 3 A, and 165 mV in the end, with 30 s between', () => {
  // So large a cell that its charge hardly moves.
  const physics = still({ capacity: 1000 });
  expect(at(physics, 0).current).toBe(3);
  physics.power(false, 0);
  const resting = at(physics, HOUR).voltage;
  physics.power(true, HOUR);
  const fall = (t: number): number => resting - at(physics, HOUR + t).voltage;
  // From the next turn of its electronics on.
  expect(fall(9999)).toBeCloseTo(0, 9);
  expect(fall(10_000)).toBeCloseTo(0.105, 5);
  expect(fall(40_000)).toBeCloseTo(0.105 + 0.06 * (1 - 1 / Math.E), 4);
  expect(fall(310_000)).toBeCloseTo(0.165, 3);
});

it('holds what went into it, to the coulomb', () => {
  const physics = still({ fade: 0 });
  const t0 = loadedAt(physics);
  const begin = at(physics, t0);
  const end = at(physics, t0 + 20 * 60_000);
  expect(end.current).toBeCloseTo(3, 9);
  expect(((begin.charge - end.charge) / 100) * 3).toBeCloseTo(end.moved - begin.moved, 9);
  expect(end.moved - begin.moved).toBeCloseTo(1, 9);
});

it('loses a fifth of its capacity by 800 full cycles at 25 °C, with their root', () => {
  const physics = still({ heatPath: 0, roomSwing: 0, load: 30, charge: 30, rest: 0 });
  const losses: number[] = [];
  for (let t = 0; losses.length < 2 && t < 1000 * HOUR; t += 10_000) {
    const { cycles, health } = at(physics, t);
    if (losses.length === 0 && cycles >= 200) losses.push(1 - health / 100);
    if (cycles >= 800) losses.push(1 - health / 100);
  }
  expect(losses[0]).toBeCloseTo(0.1, 3);
  expect(losses[1]).toBeCloseTo(0.2, 3);
});

it('ages 2.23 times as fast at 45 °C', () => {
  const [cool, warm] = [25, 45].map((roomMean) => {
    const physics = still({ heatPath: 0, roomSwing: 0, roomMean });
    const { health, cycles } = at(physics, 200 * HOUR);
    return (100 - health) / Math.sqrt(cycles);
  });
  expect((warm ?? 0) / (cool ?? 1)).toBeCloseTo(2.234, 3);
});

it.each([
  ['loose-contact', { resistance: 1, temperature: 1 }],
  ['capacity-knee', { health: -1 }],
  ['weak-cell', { cycles: 1 }],
  ['cooling-lost', { temperature: 1, health: -1 }],
] as const)('shows %s where a cell would', (kind, signs) => {
  const [well, ill] = [at(still(), 48 * HOUR), at(still({}, [worst(kind)]), 48 * HOUR)];
  for (const [name, sign] of Object.entries(signs)) {
    expect(Math.sign((ill[name] ?? 0) - (well[name] ?? 0)), name).toBe(sign);
  }
});

it('is emptied by a short inside it while nothing flows', () => {
  const physics = still({ fade: 0 }, [worst('inner-short')]);
  physics.power(false, 0);
  const [begin, end] = [at(physics, 10_000).charge, at(physics, HOUR + 10_000).charge];
  expect(begin - end).toBeCloseTo((0.4 / 3) * 100, 9);
});

it('is run down by electronics that count too much', () => {
  const lowest = (malfunctions: Malfunctioning[]): number => {
    const physics = still({}, malfunctions);
    const charges = Array.from({ length: 3000 }, (_, k) => at(physics, k * 10_000).charge);
    return Math.min(...charges);
  };
  expect(lowest([])).toBeGreaterThan(9.5);
  expect(lowest([worst('miscounting')])).toBeLessThan(1.5);
});

it('is the same however often it is looked at', () => {
  const [often, once] = [still(), still()];
  for (let t = 0; t < 20 * HOUR; t += 7000) often.truth(t);
  expect(often.truth(20 * HOUR)).toEqual(once.truth(20 * HOUR));
});
