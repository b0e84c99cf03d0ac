/** What is planned of a scenario with keys and names that nobody knows, and what is told of it. */
import { expect, it } from 'vitest';
import type { Flaw, Path } from '#kernel';
import type { Scenario } from '../scenario.ts';
import { restOf } from './rest.ts';

const flaw = (code: string, path: Path, hint = ''): Flaw => {
  return { code, path, what: code === 'unknown-checker' ? 'value' : 'key', message: '', hint };
};
const VALUE = { a: 1, expect: ['x', { y: {} }, 'z'], workflows: [{ rules: [{ b: 1, c: 2 }] }] };
/** What is left, and what of it is told. */
const rest = (...flaws: Flaw[]) => {
  let left: unknown = null;
  const found = restOf(VALUE, flaws, (value) => {
    left = value;
    return { scenario: {} as Scenario, flaws: [] };
  });
  const told = (path: string, part?: { from: number; width: number }) =>
    found?.isTold({ code: '', message: '', path, ...(part === undefined ? {} : { part }) });
  return { left, found, told };
};
const PART = { from: 0, width: 1 };

it('leaves names and keys out', () => {
  const { left, told } = rest(
    flaw('unknown-checker', ['expect', 0]),
    flaw('unknown-checker', ['expect', 1, 'y']),
    flaw('unknown-param', ['workflows', 0, 'rules', 0, 'b']),
  );
  expect(left).toEqual({ a: 1, expect: ['z'], workflows: [{ rules: [{ c: 2 }] }] });
  expect(told('workflows[0].rules[0].c')).toBe(true);
  expect(told('expect[0]')).toBe(false);
});

it('tells nothing that may be otherwise when a key is mended', () => {
  const { told } = rest(
    flaw('unknown-param', ['workflows', 0, 'rules', 0, 'b'], 'did you mean d?'),
  );
  expect(told('workflows[0].rules[0].c', PART)).toBe(false);
  expect(told('workflows[0].rules[1].c')).toBe(true);
  const top = rest(flaw('unknown-key', ['a'], 'did you mean b?'));
  expect(top.told('workflows[0].rules[0].c')).toBe(false);
  expect(top.told('workflows[0].rules[0].c', PART)).toBe(true);
});

it('guesses nothing else', () => {
  expect(rest().found).toBeNull();
  expect(rest(flaw('unknown-key', ['a']), flaw('wrong-type', ['expect'])).found).toBeNull();
  expect(rest(flaw('unknown-model', ['fleet', 0, 'model'])).found).toBeNull();
});
