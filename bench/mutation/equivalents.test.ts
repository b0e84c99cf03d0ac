/** A reason why nobody could notice a fault holds for the line that it was given for alone. */
import { expect, it } from 'vitest';
import { type Equivalents, readEquivalents, straysIn } from './equivalents.ts';

const ID = 'a.ts#f/number#0';
const TEXT = 'function f() {\n  wait(8);\n  return 5;\n}\n';

const straysOf = (planted: string, text: string): string[] => {
  const equivalents: Equivalents = { [ID]: { planted, reason: 'Room is a matter of taste.' } };
  return straysIn(equivalents, () => text);
};

/** What the refusal of an empty digest tells to write. */
const [, digest = ''] = /is "(\w+)"$/.exec(straysOf('', TEXT)[0] ?? '') ?? [];

it('a reason holds for its line, wherever that has gone', () => {
  expect(straysOf(digest, TEXT)).toEqual([]);
  expect(straysOf(digest, `// one more\n${TEXT.replaceAll('  ', '    ')}`)).toEqual([]);
  expect(straysOf(digest, TEXT.replace('return 5', 'return 6'))).toEqual([]);
});

it('a reason is refused whose id has slid to another line', () => {
  const text = TEXT.replace('{\n', '{\n  hold(8);\n');
  expect(straysOf(digest, text)).toEqual([
    expect.stringContaining(`${ID} was given for another line than 'hold((8 + 1));' (a.ts:2)`),
  ]);
});

it('a reason is refused whose line has become another', () => {
  expect(straysOf(digest, TEXT.replace('8', '9'))).toHaveLength(1);
  expect(straysOf(digest, TEXT.replace('wait', 'hold'))).toHaveLength(1);
});

it('a reason is refused that hangs on nothing', () => {
  expect(straysOf(digest, 'function f() {}')).toEqual([expect.stringContaining('take it out')]);
});

it('every reason that is kept fits', () => {
  const reasons = Object.values(readEquivalents()).map(({ reason }) => reason);
  expect(reasons.every((reason) => reason.endsWith('.'))).toBe(true);
});
