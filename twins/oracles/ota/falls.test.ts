/** What a device fell by, and what its target may hold against which campaign. */
import { expect, it } from 'vitest';
import type { FirmwarePlan } from '#kernel';
import { fallenIn, fallsOf } from './falls.ts';
import { newStory, type OtaStory } from './story.ts';

const campaignOf = (name: string, version: string, kind?: 'model'): FirmwarePlan =>
  ({
    campaign: {
      name,
      image: { version, defect: 'none', ...(kind === undefined ? {} : { artefact: { kind } }) },
    },
  }) as unknown as FirmwarePlan;
const SPRING = campaignOf('spring', '2.1.0');
const MODEL = campaignOf('clever', '1.0.0', 'model');
const BOTH = [SPRING, MODEL];

const attempt = (campaign: string, beganAt: number, endedAt: number) =>
  ({ campaign, attempt: 1, beganAt, endedAt, status: 'confirmed' }) as never;
const settled = (campaign: string) => ({ campaign, attempt: 1, status: 'confirmed', at: 0 });
const said = (t: number, more: object = {}) =>
  ({ t, version: '2.1.0', isAcked: true, fell: true, saysFell: true, ...more }) as never;
const kept = (t: number, version: string) => ({ t, version, sha256: '', counter: 2 });
const use = (t: number, version: string) => ({
  ...kept(t, version),
  kind: 'model',
  isTrial: false,
});

/** It keeps the firmware by 10 and the model by 30. */
function flaws(falls: number[], words: never[], unwell: string[], more: Partial<OtaStory> = {}) {
  const story: OtaStory = {
    ...newStory(),
    ...{ falls, unwell, kept: [kept(10, '2.1.0')], uses: [use(30, '1.0.0')] },
    attempts: [attempt('spring', 5, 10), attempt('clever', 25, 30)],
    settled: [settled('spring'), settled('clever')],
    said: new Map(words.map((word, n) => [n, word])),
    ...more,
  };
  return fallsOf(story, BOTH).wrong.map(({ what }) => what);
}

it('holds the first fall that is told against all that it has', () => {
  expect(flaws([40], [said(41)], ['spring', 'clever'])).toEqual([]);
  expect(flaws([20], [said(21)], ['spring'])).toEqual([]);
  expect(flaws([20], [said(21)], [])).toHaveLength(1);
  expect(flaws([40], [said(41)], [])).toHaveLength(2);
});

it('holds nothing against what came after it was known to fall', () => {
  expect(flaws([20, 40], [said(21), said(41)], ['spring'])).toEqual([]);
  expect(flaws([20, 40], [said(21), said(41)], ['spring', 'clever'])).toEqual([
    'is held to be unwell with clever, and was known to fall by spring before',
  ]);
  // Nobody knew of it by then.
  const unheard = said(21, { isAcked: false });
  expect(flaws([20, 40], [unheard, said(41)], ['spring', 'clever'])).toEqual([]);
});

it('asks for a fall by that very thing, and for words that say what it has', () => {
  expect(flaws([], [], ['spring'])).toHaveLength(1);
  expect(flaws([20], [], ['clever'])).toHaveLength(1);
  const replaced = { kept: [kept(10, '2.1.0'), kept(15, '2.2.0')], uses: [] };
  expect(flaws([20], [], ['spring'], replaced)).toHaveLength(1);
  expect(flaws([20], [said(21, { version: '', fell: true, saysFell: false })], [])).toEqual([]);
  expect(flaws([20], [said(21, { saysFell: false })], [])).toEqual(['does not say that it fell']);
  expect(flaws([], [said(21, { fell: false })], [])).toEqual(['says that it fell, and did not']);
});

it('lists what it fell by', () => {
  const story = { ...newStory(), falls: [5, 20, 40], kept: [kept(10, '2.1.0')] };
  expect(fallenIn({ ...story, uses: [use(30, '1.0.0')], unwell: ['spring'] }, BOTH)).toEqual([
    { campaign: 'spring', times: [20, 40], isHeld: true },
    { campaign: 'clever', times: [40], isHeld: false },
  ]);
});
