/** Aliases as a ledger tells them, which may be any that 64 bits hold. */
import { describe, expect, it } from 'vitest';
import { firstBeyond, readAliases } from './sparkplug/aliases.ts';

const beyond = (used: string, named: string): number | null =>
  firstBeyond(readAliases(used), readAliases(named).ranges);

describe('an alias', () => {
  it.each([
    ['1,3', '1-3', null],
    ['1-9', '1-3,5-9', 4],
    ['1-9', '5-9,1-4', null],
    ['3-7', '4-9', 3],
    ['7', '', 7],
    ['7-9…', '', null],
    ['0-9007199254740991', '1-9007199254740991', 0],
    ['0-9007199254740991', '0-9007199254740991', null],
    ['9007199254740992', '1', null],
    ['9007199254740992-9007199254740996', '9007199254740992', null],
    ['5,x', '5', null],
  ])('of %s, of which %s are named: %s is the first that is not', (used, named, first) => {
    expect(beyond(used, named)).toBe(first);
  });
});
