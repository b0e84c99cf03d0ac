/** A share of few devices says nothing, which is known with the plan: no verdict is owed. */
import { expect, it } from 'vitest';
import { healthy } from '../testing/story.ts';
import templateShared from './template-shared.ts';

function verdict(devices: number, shares: readonly number[], { of = '', expected = false } = {}) {
  const stages = shares.map((permille) => ({ at: 7000, permille, patch: {} }));
  const resolved = { name: 'eco', of, stages };
  const story = healthy({
    devices,
    workflows: [{ workflow: 'template', session: 'template', resolved }],
    expect: expected ? [{ checker: 'template-shared', params: {} }] : [],
  });
  return story.ask(templateShared).verdict;
}

it('does not apply where no share can tell', () => {
  expect(verdict(6, [500, 1000])).toBe('not-applicable');
  expect(verdict(24, [500])).toBe('not-applicable');
  expect(verdict(40, [200], { of: 'nobody' })).toBe('not-applicable');
});

it('is undecided where it is asked for all the same', () => {
  expect(verdict(6, [500, 1000], { expected: true })).toBe('unknown');
});

it('is undecided where one could have told, and nothing was read', () => {
  expect(verdict(40, [200])).toBe('unknown');
  expect(verdict(24, [500, 1000])).toBe('unknown');
  expect(verdict(40, [200], { of: 'pumps' })).toBe('unknown');
});
