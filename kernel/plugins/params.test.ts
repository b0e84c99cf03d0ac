/** How bounds are told to whoever looks them up. */
import { expect, it } from 'vitest';
import { boundsOf, type Param } from './params.ts';

it.each<[Param, string]>([
  [{ kind: 'number', about: 'x', min: 2, max: 8 }, '2 to 8'],
  [{ kind: 'duration', about: 'x', min: '10ms' }, 'at least 10ms'],
  [{ kind: 'integer', about: 'x', max: 0 }, 'at most 0'],
  [{ kind: 'list', about: 'x', min: 1, max: 3, of: { kind: 'text', about: 'y' } }, '1 to 3 items'],
  [{ kind: 'boolean', about: 'x' }, ''],
])('says of %j: %s', (param, said) => {
  expect(boundsOf(param)).toBe(said);
});
