/** What an author's checker hands over is told as its mistake, and is never a pass. */
import { describe, expect, it } from 'vitest';
import { type CheckerKind, defineChecker, type Evidence } from '../checker.ts';
import { healthy } from '../testing/story.ts';

const finding = { message: 'a cup was lost', devices: [], at: 1, witness: [] };
const SOUND: Evidence = {
  obligations: 1,
  decided: 1,
  findings: [finding],
  findingCount: 1,
  figures: {},
};

function saying(evidence: unknown, over: Partial<CheckerKind> = {}): CheckerKind {
  return defineChecker({
    kind: 'cups',
    title: 'Cups',
    refs: [],
    summary: 'Counts cups.',
    judges: 'always',
    broken: 'fail',
    params: {},
    applies: () => true,
    start: () => ({ ops: [], end: () => evidence as Evidence }),
    say: () => 'Said.',
    ...over,
  });
}

const FLAWS: [string, unknown, RegExp][] = [
  ['fewer counted than listed', { ...SOUND, findingCount: 0 }, /lists 1 finding and counts 0/],
  ['a finding without a message', { ...SOUND, findings: [{}] }, /findings\[0\].message is missing/],
  [
    'a finding without devices',
    { ...SOUND, findings: [{ ...finding, devices: undefined }] },
    /findings\[0\].devices is missing/,
  ],
  [
    'a finding at no time',
    { ...SOUND, findings: [{ ...finding, at: Number.NaN }] },
    /\.at must be/,
  ],
  [
    'a witness that is no list',
    { ...SOUND, findings: [{ ...finding, witness: 'me' }] },
    /witness must be a list, not 'me'/,
  ],
  [
    'a witness that says nothing',
    { ...SOUND, findings: [{ ...finding, witness: [{ t: 1, who: 'me' }] }] },
    /witness\[0\].what is missing/,
  ],
  ['no figures', { ...SOUND, figures: undefined }, /figures is missing/],
  ['a figure of words', { ...SOUND, figures: { cups: 'many' } }, /figures.cups must be a number/],
  ['no findings', { ...SOUND, findings: undefined }, /findings is missing/],
  ['half a promise', { ...SOUND, obligations: 1.5 }, /no count: 1.5 obligations/],
  ['nothing', undefined, /its evidence is missing/],
];

describe.each([
  ['end', (evidence: unknown) => saying(evidence)],
  [
    'conclude',
    (evidence: unknown) =>
      saying({ ...SOUND, findings: [], findingCount: 0 }, { conclude: () => evidence as Evidence }),
  ],
])('evidence of %s', (_, checker) => {
  it.each(FLAWS)('with %s is the mistake of its checker', (__, evidence, words) => {
    const { verdict, summary } = healthy().ask(checker(evidence));
    expect({ verdict, summary }).toEqual({
      verdict: 'unknown',
      summary: expect.stringMatching(words),
    });
    expect(summary).not.toMatch(/undefined|Cannot read/);
  });

  it('is a fail when it is whole', () => {
    expect(healthy().ask(checker(SOUND)).verdict).toBe('fail');
  });
});
