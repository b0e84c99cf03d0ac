/** Which of several subscriptions a target refuses, by the codes of either version. */
import { expect, it } from 'vitest';
import { subscribeRefusal } from './subscribe-refusal.ts';

it.each([0x80, 0x87, 0x9e])('names the filter that is refused with %d', (code) => {
  const error = Object.assign(new Error('no'), { packet: { granted: [1, code, 0] } });
  expect(subscribeRefusal(['a', 'b', 'c'], error)).toBe('it refuses the subscription to b: no');
});

it('says nothing where nobody answered', () => {
  expect(subscribeRefusal(['a'], new Error('closed'))).toBeNull();
});
