/** Charge against numbers that can be worked out on paper. */
import { expect, test } from 'vitest';
import {
  type BatteryUse,
  chargeTaken,
  coulombsOf,
  lifetimeMs,
  meanCurrentUa,
  totalOf,
} from './battery.ts';

const HOUR_MS = 3_600_000;

/** A message each second: 200 mA for 50 ms, then 50 mA for 100 ms; 10 µA in between. */
const USE: BatteryUse = { sleepUa: 10, txMa: 200, txMs: 50, rxMa: 50, rxMs: 100, everyMs: 1000 };

test('a cell of 2400 mAh holds 8640 C', () => {
  expect(coulombsOf(2400)).toBeCloseTo(8640, 9);
});

test('an hour takes 0.036 C asleep, 36 C sending and 18 C listening', () => {
  const taken = chargeTaken(USE, HOUR_MS);
  expect(taken.sleepC).toBeCloseTo(0.036, 9);
  expect(taken.txC).toBeCloseTo(36, 9);
  expect(taken.rxC).toBeCloseTo(18, 9);
  expect(totalOf(taken)).toBeCloseTo(54.036, 9);
});

test('a message is paid for when it is sent', () => {
  expect(chargeTaken(USE, 1999).txC).toBeCloseTo(0.01, 9);
  expect(chargeTaken(USE, 2000).txC).toBeCloseTo(0.02, 9);
});

test('the mean current is 15.01 mA, which is what an hour takes', () => {
  expect(meanCurrentUa(USE)).toBeCloseTo(15_010, 6);
  expect(totalOf(chargeTaken(USE, HOUR_MS)) / 3600).toBeCloseTo(0.01501, 9);
});

test('8640 C last 6.66 days at 15.01 mA, and for ever at nothing', () => {
  expect(lifetimeMs(8640, 15_010) / 1000).toBeCloseTo(575_616.2558, 3);
  expect(lifetimeMs(8640, 0)).toBe(Number.POSITIVE_INFINITY);
});
