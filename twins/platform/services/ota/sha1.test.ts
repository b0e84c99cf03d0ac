/** The digest is that of everybody else. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha1Hex } from './sha1.ts';

it('is what others make of the same bytes, at each length around a block', () => {
  expect(sha1Hex(Buffer.from('abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
  for (let length = 0; length < 200; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length) % 256);
    expect(sha1Hex(bytes)).toBe(createHash('sha1').update(bytes).digest('hex'));
  }
});
