/** What may be planted in a file, and that the draw stays what it is when lines move. */
import { expect, it } from 'vitest';
import { sampledFaults } from './draw.ts';
import { faultsIn, withFault } from './mutants.ts';
import { MUTATED_ROOMS } from './rooms.ts';

const planted = (text: string): string[] =>
  faultsIn('a.ts', text).map((fault) => withFault(text, fault));

it.each([
  ['a comparison', 'export const f = (a: number) => a < 3;', ['a <= 3', 'a < (3 + 1)']],
  ['a condition', 'if (a) b();', ['if (true) b();', 'if (false) b();', 'if (a) ;']],
  ['a choice', 'x(a ? b : c);', ['x(true ? b : c);', 'x(false ? b : c);', ';']],
  ['a call', 'await close();', [';']],
  ['an assignment', 'this.a = b;', [';']],
  ['a denial', 'x = !a;', ['x = a;', ';']],
  ['a step', 'a++;', ['a--;']],
  ['every', 'const a = b.every(c);', ['const a = b.some(c);']],
  ['truth', 'const a = true;', ['const a = false;']],
])('%s', (_, text, expected) => {
  const texts = planted(text);
  for (const one of expected) expect(texts).toContainEqual(expect.stringContaining(one));
  expect(texts.every((one) => one !== text)).toBe(true);
});

it.each([
  "import { a } from './b.ts';",
  'interface A { b: 1 | 2 }',
  'type A = 1 | 2;',
  'assert(a === 1, b);',
  'const a = b ?? 0;',
  'const a = b ?? -1;',
  "const a = 'b' + c;",
])('leaves alone what does nothing: %s', (text) => {
  expect(planted(text)).toEqual([]);
});

it('calls a fault by the function it sits in, not by its line', () => {
  const text = 'function f(a: number) { return a < 1; }\nfunction g(b: number) { return b < 1; }\n';
  const ids = (one: string): string[] => faultsIn('a.ts', one).map(({ id }) => id);
  expect(ids(`// a line more\n\n${text}`)).toEqual(ids(text));
  expect(new Set(ids(text)).size).toBe(ids(text).length);
});

it('CI tries forty faults, some of every room, and all of them are there', () => {
  const counts = MUTATED_ROOMS.map((room) => sampledFaults(room).length);
  expect(Math.min(...counts)).toBeGreaterThan(2);
  expect(counts.reduce((a, b) => a + b, 0)).toBe(40);
});
