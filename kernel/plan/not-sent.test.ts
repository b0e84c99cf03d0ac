/** A reason excuses only when somebody has declared it. */
import { expect, it } from 'vitest';
import { isDeclared, lostIn, skipsOf } from './not-sent.ts';

const LAZY = { skips: ['nothing-new'] };

it.each([
  ['a reason that every stream has', undefined, 'device-off', true],
  ['one that only the house gives', LAZY, 'still-buffered', true],
  ['what was in a memory that is lost', undefined, lostIn('power cut'), true],
  ['one of its own', LAZY, 'nothing-new', true],
  ['one of another stream', { skips: [] }, 'nothing-new', false],
  ['one that nobody declares', LAZY, 'was-lazy', false],
  ['one of a stream that is not in the plan', undefined, 'nothing-new', false],
  ['a name that every object has', LAZY, 'constructor', false],
])('%s', (_, stream, why, declared) => {
  expect(isDeclared(stream, why)).toBe(declared);
});

it('a part may give its own reasons and those of a device, but none of a buffer', () => {
  expect(skipsOf(LAZY)).toEqual(['device-off', 'run-ended', 'nothing-new']);
  expect(skipsOf(undefined)).toEqual(['device-off', 'run-ended']);
});
