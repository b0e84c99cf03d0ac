/** Operators who would hear of nothing. */
import { expect, it } from 'vitest';
import { beside } from './beside.ts';

const ALL = [
  { workflow: 'rules', resolved: { name: 'too-warm' } },
  { workflow: 'tiers', resolved: { name: 'zz' } },
];

it.each(['', 'too', 'too-warm'])('takes %j', (of) => expect(beside({ of }, ALL)).toEqual([]));

it('refuses what fits no rule', () => {
  const [told] = beside({ of: 'zz' }, ALL);
  expect(told).toMatchObject({ path: 'of', message: expect.stringContaining('"zz"') });
  expect(told?.hint).toContain('rules are too-warm');
  expect(beside({ of: '' }, ALL.slice(1))).toHaveLength(1);
});

it('refuses one that stands before its rules', () => {
  const own = { of: '' };
  const alarms = { workflow: 'alarms', resolved: own };
  expect(beside(own, [...ALL, alarms])).toEqual([]);
  expect(beside(own, [alarms, ...ALL])).toMatchObject([{ hint: 'write it behind rules' }]);
});
