/** Which plans have a wave that must wait for another. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { UNTOUCHED } from '../link.ts';
import { healthy } from '../testing/story.ts';
import otaWaveGate from './ota-wave-gate.ts';

function applies(...campaigns: number[][]): boolean {
  const workflows = campaigns.map((waves, place) => ({
    ...{ workflow: 'ota', session: `ota/${place}`, resolved: { campaign: { waves } } },
  })) as unknown as Plan['workflows'];
  return otaWaveGate.applies(healthy({ workflows }).plan, {}, () => UNTOUCHED);
}

it('is about campaigns of which one has a wave behind another', () => {
  expect(applies()).toBe(false);
  expect(applies([1_000_000])).toBe(false);
  expect(applies([1_000_000], [500_000, 1_000_000])).toBe(true);
});
