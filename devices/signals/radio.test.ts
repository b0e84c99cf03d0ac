/** Radio, bursts and battery against their textbook answers (M14). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unitAt } from '#kernel';
import { chargeTaken, coulombsOf, lifetimeMs, meanCurrentUa, totalOf } from './battery.ts';
import { badChanceFor, burstsIn } from './gilbert-elliott.ts';
import {
  freeSpaceLossDb,
  logDistanceLossDb,
  noiseFloorDbm,
  packetErrorRate,
  rayleighFadeDb,
} from './radio.ts';

describe('radio', () => {
  test('free space at 1 m: 31.22 dB at 868 MHz, 40.05 dB at 2.4 GHz', () => {
    expect(freeSpaceLossDb(1, 868e6)).toBeCloseTo(31.22, 2);
    expect(freeSpaceLossDb(1, 2.4e9)).toBeCloseTo(40.05, 2);
  });

  test('LoRa sensitivity, 125 kHz and NF 6: SF7 -124.5 dBm to SF12 -137.0 dBm', () => {
    expect(noiseFloorDbm(125_000, 6) - 7.5).toBeCloseTo(-124.5, 1);
    expect(noiseFloorDbm(125_000, 6) - 20).toBeCloseTo(-137.0, 1);
  });

  test('a regression over log distance gives the exponent back', () => {
    const points = Array.from({ length: 50 }, (_, i) => {
      const distance = 40 * (1 + i / 5);
      return [Math.log10(distance / 40), logDistanceLossDb(distance, 2.08, 127.41, 40)] as const;
    });
    const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
    const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
    const slope =
      points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
      points.reduce((sum, [x]) => sum + (x - meanX) * (x - meanX), 0);
    expect(slope / 10).toBeCloseTo(2.08, 9);
    expect(meanY - slope * meanX).toBeCloseTo(127.41, 9);
  });

  test('Rayleigh: P(fade > 10 dB) = 0.0952', () => {
    const draws = 200_000;
    let deep = 0;
    for (let n = 0; n < draws; n++) if (rayleighFadeDb(unitAt(99, n)) > 10) deep++;
    expect(deep / draws).toBeCloseTo(0.0952, 2);
    expect(rayleighFadeDb(1 - Math.exp(-0.1))).toBeCloseTo(10, 9);
    expect(rayleighFadeDb(0)).toBe(90);
  });

  test('packet error rate: half at its point, falling with SNR', () => {
    expect(packetErrorRate(5, 5, 0.6)).toBe(0.5);
    expect(packetErrorRate(30, 5, 0.6)).toBeLessThan(1e-6);
    expect(packetErrorRate(-20, 5, 0.6)).toBeGreaterThan(0.999999);
  });
});

describe('Gilbert and Elliott', () => {
  test('p 0.01 and r 0.2 give loss 0.0476 in bursts of 5.0', () => {
    const cells = 2_000_000;
    let bad = 0;
    let bursts = 0;
    for (const { from, to } of burstsIn(7, cells, 0.01, 0.2)) {
      bad += to - from;
      bursts++;
    }
    expect(bad / cells).toBeCloseTo(0.01 / 0.21, 2);
    expect(bad / bursts).toBeCloseTo(5, 0);
    expect(badChanceFor(0.01 / 0.21, 0.2)).toBeCloseTo(0.01, 12);
  });

  test('bursts are in order, apart, inside, and equal for equal keys', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 500 }),
        chance,
        chance,
        (key, cells, p, r) => {
          let last = 0;
          for (const { from, to } of burstsIn(key, cells, p, r)) {
            expect(from).toBeGreaterThan(last);
            expect(to).toBeGreaterThan(from);
            expect(to).toBeLessThanOrEqual(cells);
            last = to;
          }
          expect([...burstsIn(key, cells, p, r)]).toEqual([...burstsIn(key, cells, p, r)]);
        },
      ),
      { seed: 5, numRuns: 300 },
    );
  });

  test('a link that never turns bad has no bursts, one that always does has nothing else', () => {
    expect([...burstsIn(1, 1e9, 0, 0.5)]).toEqual([]);
    expect([...burstsIn(1, 100, 1, 0)]).toEqual([{ from: 1, to: 100 }]);
    expect(badChanceFor(1, 0.2)).toBe(1);
  });
});

describe('battery', () => {
  const use = { sleepUa: 20, txMa: 120, txMs: 10, rxMa: 60, rxMs: 30, everyMs: 60_000 };

  test('2400 mAh at 20 µA last 13.7 years', () => {
    const years = lifetimeMs(coulombsOf(2400), 20) / (365.25 * 86_400_000);
    expect(years).toBeCloseTo(13.7, 1);
    expect(lifetimeMs(1, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test('the ledger closes with the mean current, to the charge of one message', () => {
    const oneMessageC = (use.txMa * use.txMs + use.rxMa * use.rxMs) / 1e6;
    for (const t of [0, 59_999, 60_000, 86_400_000, 30 * 86_400_000 + 12_345]) {
      const byMeanC = (meanCurrentUa(use) * t) / 1e9;
      const gap = byMeanC - totalOf(chargeTaken(use, t));
      expect(gap).toBeGreaterThan(-1e-9);
      expect(gap).toBeLessThan(oneMessageC + 1e-9);
    }
  });
});
