/** Which plans have a wave that must wait for another, and which an image that must be loaded. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { UNTOUCHED } from '../link.ts';
import { healthy } from '../testing/story.ts';
import otaResume from './ota-resume.ts';
import otaWaveGate from './ota-wave-gate.ts';

function isAbout(
  checker: typeof otaResume,
  campaigns: readonly object[],
  acts: readonly object[] = [],
): boolean {
  const told = [
    ...campaigns.map((resolved) => ({ workflow: 'ota', resolved })),
    ...acts.map((does) => ({ workflow: 'acts', resolved: { does } })),
  ];
  const workflows = told.map((one, place) => ({
    ...one,
    session: `own/${place}`,
  })) as unknown as Plan['workflows'];
  return checker.applies(healthy({ workflows }).plan, {}, () => UNTOUCHED);
}

const applies = (...campaigns: number[][]): boolean =>
  isAbout(
    otaWaveGate,
    campaigns.map((waves) => ({ campaign: { waves } })),
  );

const NAME = 'spring';
const BOTH = [500_000, 1_000_000];
const steered = (...moves: string[]) => ({
  campaign: {
    name: NAME,
    waves: BOTH,
    spoil: 'none',
    image: { sha256: 'b' },
    moves: moves.map((move) => ({ move })),
  },
  factory: { sha256: 'a' },
});

it('is about campaigns that their operator lets come to their end', () => {
  for (const checker of [otaWaveGate, otaResume]) {
    expect(isAbout(checker, [steered()])).toBe(true);
    expect(isAbout(checker, [steered('pause', 'resume')])).toBe(true);
    expect(isAbout(checker, [steered('pause')])).toBe(false);
    expect(isAbout(checker, [steered('pause', 'abort')])).toBe(false);
    expect(isAbout(checker, [steered('abort'), steered()])).toBe(true);
  }
});

it('is about campaigns that no rule may pause', () => {
  for (const checker of [otaWaveGate, otaResume]) {
    expect(isAbout(checker, [steered()], [{ pause: NAME }])).toBe(false);
    expect(isAbout(checker, [steered()], [{ pause: 'autumn' }, { twin: {} }])).toBe(true);
  }
});

it('looks for downloads where devices have another image, and take its manifest', () => {
  const { campaign, factory } = steered();
  expect(isAbout(otaResume, [{ campaign, factory: campaign.image }])).toBe(false);
  expect(isAbout(otaResume, [{ campaign: { ...campaign, spoil: 'stale' }, factory }])).toBe(false);
});

it('is about campaigns of which one has a wave behind another', () => {
  expect(applies()).toBe(false);
  expect(applies([1_000_000])).toBe(false);
  expect(applies([1_000_000], [500_000, 1_000_000])).toBe(true);
});
