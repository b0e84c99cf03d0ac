/** Known answers, and that nothing but rounding is lost on the way through registers. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  decode,
  encode,
  imageOf,
  REGISTER_TYPES,
  type Register,
  type RegisterType,
  readingOf,
  spanOf,
  wordsOf,
} from './registers.ts';

const register = (type: RegisterType, over: Partial<Register> = {}): Register => ({
  signal: 'level',
  address: 0,
  type,
  scale: 1,
  offset: 0,
  ...over,
});

it.each<[RegisterType, number, number[]]>([
  ['int16', -2, [0xfffe]],
  ['uint16', 65_535, [0xffff]],
  ['int32', -2, [0xffff, 0xfffe]],
  ['uint32', 0x12345678, [0x1234, 0x5678]],
  ['float32', 1.5, [0x3fc0, 0x0000]],
  ['float32', -0.1, [0xbdcc, 0xcccd]],
])('%s %d', (type, value, words) => {
  expect(encode(value, register(type), 'high-first')).toEqual(words);
  expect(encode(value, register(type), 'low-first')).toEqual([...words].reverse());
});

it('scales, and stays at the end of the scale', () => {
  const tenths = register('int16', { scale: 0.1 });
  expect(encode(21.46, tenths, 'high-first')).toEqual([215]);
  expect(decode([215], tenths, 'high-first')).toBe(21.5);
  expect(decode(encode(1e9, tenths, 'high-first'), tenths, 'high-first')).toBe(3276.7);
  const kelvin = register('uint16', { scale: 0.01, offset: -273.15 });
  expect(decode(encode(-20, kelvin, 'high-first'), kelvin, 'high-first')).toBe(-20);
});

it('comes back within half a step, in either order of words', () => {
  const order = fc.constantFrom('high-first', 'low-first' as const);
  fc.assert(
    fc.property(
      fc.constantFrom(...REGISTER_TYPES),
      fc.double({ min: 0, max: 3000, noNaN: true }),
      fc.constantFrom(0.1, 0.5, 1, 10),
      order,
      (type, value, scale, words) => {
        const one = register(type, { scale, offset: -5 });
        const back = decode(encode(value, one, words as 'high-first'), one, words as 'high-first');
        const step = type === 'float32' ? 1e-3 : scale / 2;
        expect(Math.abs(back - value)).toBeLessThanOrEqual(step + 1e-9);
      },
    ),
  );
});

it('a whole device lies in one stretch', () => {
  const map = [
    register('int16', { signal: 'a', address: 10 }),
    register('float32', { signal: 'b', address: 13 }),
  ];
  expect(spanOf(map)).toEqual({ from: 10, count: 5 });
  const image = imageOf({ a: 7, b: 1.5 }, map, 'high-first');
  expect([...image]).toEqual([
    [10, 7],
    [11, 0],
    [12, 0],
    [13, 0x3fc0],
    [14, 0],
  ]);
  const words = Array.from({ length: 5 }, (_, at) => image.get(10 + at) ?? 0);
  expect(readingOf(words, 10, map, 'high-first')).toEqual({ a: 7, b: 1.5 });
  expect(wordsOf('uint32')).toBe(2);
});
