import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterMatches } from './topic-filter.ts';

const SEED = 20_260_101;
const level = fc.constantFrom('', 'a', 'b', 'cc', '$s');
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'));

/** MQTT 3.1.1 §4.7, level by level. */
function naiveMatch(filterText: string, topicText: string): boolean {
  const wanted = filterText.split('/');
  const given = topicText.split('/');
  if (topicText.startsWith('$') && ['+', '#'].includes(wanted[0] ?? '')) return false;
  const isOpen = wanted.at(-1) === '#';
  if (isOpen) wanted.pop();
  if (isOpen ? given.length < wanted.length : given.length !== wanted.length) return false;
  return wanted.every((name, index) => name === '+' || name === given[index]);
}

test('a filter matches what the specification says', () => {
  fc.assert(
    fc.property(filter, topic, (f, t) => {
      expect(filterMatches(f, t)).toBe(naiveMatch(f, t));
    }),
    { seed: SEED, numRuns: 5000 },
  );
  expect(filterMatches('a/#', 'a')).toBe(true);
  expect(filterMatches('#', '$SYS/x')).toBe(false);
  expect(filterMatches('a/+', 'a')).toBe(false);
});
