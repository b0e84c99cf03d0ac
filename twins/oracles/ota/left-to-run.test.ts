/** What two banks hold over a life, and what of it is left when bits have turned. */
import { expect, it } from 'vitest';
import { leftToRun } from './left-to-run.ts';
import { newStory, type OtaStory } from './story.ts';

const kept = (t: number, sha256: string, counter: number) => ({
  ...{ t, sha256, counter },
  version: '1.0.0',
});
const life = (over: Partial<OtaStory>): OtaStory => ({
  ...newStory(),
  kept: [kept(0, 'a', 1), kept(10, 'b', 2), kept(20, 'c', 2)],
  installs: [5, 15],
  ...over,
});
const left = (over: Partial<OtaStory>): string =>
  leftToRun(life(over), 30)
    .map(({ sha256 }) => sha256)
    .join('');

it('is the last two images, unless the floor or an install took the former', () => {
  expect(left({})).toBe('cb');
  expect(left({ installs: [5, 15, 25] })).toBe('c');
  expect(left({ kept: [kept(0, 'a', 1), kept(10, 'b', 2)] })).toBe('b');
  expect(left({ kept: [] })).toBe('');
});

it('is nothing of which a bit has turned since it was kept', () => {
  expect(left({ harmed: [{ t: 25, sha256: 'c' }] })).toBe('b');
  expect(left({ harmed: ['b', 'c'].map((sha256) => ({ t: 25, sha256 })) })).toBe('');
  expect(left({ harmed: [{ t: 19, sha256: 'c' }] })).toBe('cb');
  expect(left({ harmed: [{ t: 31, sha256: 'c' }] })).toBe('cb');
});
