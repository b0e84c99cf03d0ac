/** Whatever the bytes are, reading ends in a result; what is drawn is said in parse.fuzz.ts. */
import { describe, expect, it } from 'vitest';
import { survived } from '../kernel/testing/fuzz.ts';
import fuzzes, { endsInAResult } from './parse.fuzz.ts';

const COUNT = 1500;

it.each(fuzzes())('$parser: $about', (fuzz) => {
  expect(survived(fuzz, 5, COUNT)).toBe(COUNT);
});

describe('any text', () => {
  it('that is built to exhaust a reader', () => {
    const bombs = [
      '['.repeat(50_000),
      '{a: '.repeat(50_000),
      '- '.repeat(50_000),
      '? '.repeat(50_000),
      Array.from({ length: 20_000 }, (_, depth) => `${' '.repeat(depth % 500)}a:`).join('\n'),
      Array.from({ length: 1350 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghij']
        .map(
          (name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join()}]`,
        )
        .join('\n')}`,
      'a: &a [*a]\ntwinstorm: 1',
      'x'.repeat(1_100_000),
      `stop-when: [{ connected: '< ${' '.repeat(200_000)}x' }]`,
      `twinstorm: 1\nfleet: [${'7,'.repeat(30_000)}]`,
      `${'\n'.repeat(900_000)}x`,
    ];
    for (const bomb of bombs) expect(() => endsInAResult(bomb)).not.toThrow();
  });
});
