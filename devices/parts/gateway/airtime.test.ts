/** Published figures, as known answers. */
import { expect, it } from 'vitest';
import { airtimeMs, LORAWAN_BYTES, payloadMax } from './airtime.ts';

const FACTORS = [7, 8, 9, 10, 11, 12];
const rounded = (bytes: number, digits: number): number[] =>
  FACTORS.map((sf) => Number(airtimeMs(bytes, { sf }).toFixed(digits)));

it('a packet of 25 bytes at 125 kHz and 4/5 takes what calculators say', () => {
  expect(rounded(25, 1)).toEqual([61.7, 113.2, 205.8, 411.6, 823.3, 1482.8]);
});

it('and one of 64 bytes', () => {
  // Tables round the last one up.
  const published = [118, 216, 390, 698, 1561, 2794];
  const aside = rounded(64, 3).map((ms, at) => Math.abs(ms - (published[at] ?? 0)));
  expect(Math.max(...aside)).toBeLessThan(0.6);
});

it('and the vector of another implementation: 12 bytes at SF9', () => {
  expect(airtimeMs(12, { sf: 9 })).toBeCloseTo(144.384, 6);
});

it('from SF11 on, symbols are so long that the data rate is optimised', () => {
  // 16.384 ms a symbol; without that, 33 bytes at SF11 would take three blocks less or more.
  const withIt = airtimeMs(33, { sf: 11 }) / 16.384;
  expect(withIt).toBeCloseTo(12.25 + 8 + Math.ceil((264 - 44 + 44) / 36) * 5, 6);
});

it('one percent of the time is ninety-nine times as long of silence', () => {
  const silenceMs = (sf: number): number => airtimeMs(25, { sf }) * 99;
  expect(silenceMs(7) / 1000).toBeCloseTo(6.1, 1);
  expect(Math.round(silenceMs(12) / 1000)).toBe(147);
});

it('the slower the data rate, the less a packet may hold', () => {
  expect(FACTORS.map(payloadMax)).toEqual([222, 222, 115, 51, 51, 51]);
  expect(payloadMax(51) + LORAWAN_BYTES).toBe(13);
});
