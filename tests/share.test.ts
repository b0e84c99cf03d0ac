import { expect, it } from 'vitest';
import { inShare } from './share.ts';

const names = Array.from({ length: 300 }, (_, n) => `test-${n}`);

it('gives each name to one share, and no share less than half of what is fair', () => {
  const shares = ['1/3', '2/3', '3/3'].map((share) => names.filter((name) => inShare(name, share)));
  expect(shares.flat().sort()).toEqual([...names].sort());
  for (const share of shares) expect(share.length).toBeGreaterThan(50);
});

it('holds everything where no share is asked for', () => {
  for (const none of [undefined, '', '1/1'])
    expect(names.every((name) => inShare(name, none))).toBe(true);
});

it.each(['0/3', '4/3', '2', 'x/3', '1/3/3', '100/200'])('refuses %s', (share) => {
  expect(() => inShare('a', share)).toThrow(/SHARE=.* is no share: write for example SHARE=2\/3/);
});
