import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { empty, failing, passing } from './reporters/fixtures/results.ts';
import {
  checkersToRead,
  formatCount,
  formatShare,
  formatSpan,
  legible,
  legibleLine,
  mutantWords,
  plural,
  runSpan,
  unaccounted,
  whySentence,
} from './wording.ts';

describe('wording', () => {
  it.each([
    [null, null, null],
    ['bug', 0, 'bug, never fired'],
    ['bug', 1, 'bug, fired 1 time'],
    ['bug', 1200, 'bug, fired 1,200 times'],
    ['bug', null, 'bug, not known whether it fired'],
  ])('says of the mutant %s that fired %s times: %s', (mutant, mutantFired, text) => {
    const target = { ...passing.target, mutant };
    expect(mutantWords({ ...passing, target, mutantFired })).toBe(text);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [1_234_567.891, '1,234,567.89'],
    [-12_345, '−12,345'],
    [1e300, '1e+300'],
    [Number.NaN, '–'],
  ])('says the count %s as %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [null, '–'],
    [0, '0 ms'],
    [0.4217, '0.42 ms'],
    [9.96, '10 ms'],
    [412.4, '412 ms'],
    [999.4, '999 ms'],
    [999.6, '1 s'],
    [1234, '1.23 s'],
    [12_345, '12.35 s'],
    [90_000, '1m30s'],
    [-1500, '-1.5 s'],
  ])('says the span %s as %s', (ms, text) => expect(formatSpan(ms)).toBe(text));

  it('never rounds something to nothing or almost all to all', () => {
    expect(formatShare(0)).toBe('0 %');
    expect(formatShare(1)).toBe('100 %');
    expect(formatShare(1e-9)).toBe('<0.01 %');
    expect(formatShare(1 - 1e-9)).toBe('>99.99 %');
    expect(formatShare(0.5)).toBe('50 %');
  });

  it('makes any text legible and leaves ordinary text alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(legible(text).isWellFormed()).toBe(true);
        expect(legibleLine(text)).not.toMatch(
          /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029\ufffe\uffff]/u,
        );
      }),
      { seed: 3 },
    );
    expect(legible('é 漢字 🧊 a|b <c>\n\td')).toBe('é 漢字 🧊 a|b <c>\n\td');
    expect(legible('\u001b[31m\u202e\ud800')).toBe('\ufffd[31m\ufffd\ufffd');
  });

  it('gives a reason even when the judge gave none', () => {
    expect(whySentence(failing)).toBe('2 acknowledged readings were never stored.');
    expect(whySentence({ ...passing, reasons: [] })).toMatch(/^4 checkers passed/);
    expect(whySentence(empty)).toBe('The run is invalid; the judge gave no reason.');
  });

  it('adds up', () => {
    expect(unaccounted(passing.messages)).toBe(0);
    expect(unaccounted({ ...passing.messages, lost: 1 })).toBe(-1);
    expect(runSpan(passing)).toEqual({ from: 0, to: 64_000 });
    expect(runSpan(empty)).toEqual({ from: 0, to: 0 });
  });

  it('puts what went wrong first', () => {
    expect(checkersToRead(failing.checkers).map(({ verdict }) => verdict)).toEqual([
      'fail',
      'unknown',
      'pass',
      'pass',
      'not-applicable',
    ]);
  });
});

it.each([
  ['reading', '1 reading', '2 readings'],
  ['query', '1 query', '2 queries'],
  ['key', '1 key', '2 keys'],
  ['batch', '1 batch', '2 batches'],
])('counts a %s', (noun, one, two) => {
  expect([plural(1, noun), plural(2, noun)]).toEqual([one, two]);
});
