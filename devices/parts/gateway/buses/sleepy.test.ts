/** The published figure, as a known answer. */
import { expect, it } from 'vitest';
import { readParams } from '#kernel';
import sleepy from './sleepy.ts';

it('a parent keeps something for a sleepy child for 7.68 s, if nothing else is said', () => {
  expect(readParams(sleepy.fields, {}).values).toMatchObject({ holds: 7680 });
});
