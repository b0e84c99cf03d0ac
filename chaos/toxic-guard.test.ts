/** What is never sent: each of these ends a real server, or wedges it. */
import { expect, it } from 'vitest';
import { deadlyIn, harmless } from './toxic-guard.ts';
import { TOXIC_KINDS } from './toxic-kinds.ts';

it.each([
  ['bandwidth', { rate: -1 }, /rate must be between/],
  ['latency', { jitter: 4.7e18 }, /jitter must be/],
  ['latency', { latency: 1.5 }, /whole number/],
  ['latency', { rate: 1 }, /latency has no rate/],
  ['slicer', {}, /average_size must be at least 1/],
  ['slicer', { average_size: 1, size_variation: 100 }, /must not exceed average_size/],
  ['packet_loss', { loss_rate: 0.1 }, /there is no toxic/],
  ['down', {}, /there is no toxic/],
])('%s %o', (type, attributes, why) => {
  expect(deadlyIn(type, attributes)).toMatch(why);
});

it('lets everything pass that a real server can do', () => {
  for (const type of TOXIC_KINDS.keys()) {
    const sizes = type === 'slicer' ? { average_size: 10, size_variation: 10 } : {};
    expect(deadlyIn(type, sizes)).toBe(null);
  }
});

it('brings within range what is out of it', () => {
  expect(harmless('bandwidth', { rate: -5 })).toEqual({ rate: 0 });
  expect(harmless('latency', { latency: 7, jitter: 4.7e18 })).toMatchObject({ latency: 7 });
});
