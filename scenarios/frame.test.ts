import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '#kernel';
import { formatProblem } from './frame.ts';

const SOURCE = ['one: 1', 'two: bad', 'three: 3', 'four: 4'].join('\n');
const at = (line: number, column: number, width = 1): Problem => ({
  code: 'x',
  message: 'is wrong',
  file: 'a.yaml',
  line,
  column,
  width,
});
const lines = (problem: Problem, source: string | null = SOURCE, colour = false): string[] =>
  formatProblem(problem, source, { colour }).split('\n');

describe('formatProblem', () => {
  it('shows place, sentence, three lines, the spot and the way out', () => {
    expect(lines({ ...at(2, 6, 3), hint: 'try good' })).toEqual([
      'a.yaml:2:6  error  is wrong',
      '  1 | one: 1',
      '> 2 | two: bad',
      '    |      ^^^',
      '  3 | three: 3',
      '  help: try good',
    ]);
  });

  it('keeps three lines at both ends of the file', () => {
    expect(lines(at(1, 1)).filter((line) => /^[> ] \d/.test(line))).toHaveLength(3);
    expect(lines(at(4, 1)).at(-2)).toBe('> 4 | four: 4');
    expect(lines(at(1, 1), 'only')).toEqual([
      'a.yaml:1:1  error  is wrong',
      '> 1 | only',
      '    | ^',
    ]);
  });

  it('leaves the frame out where there is none', () => {
    expect(lines({ code: 'x', message: 'is wrong', path: 'fleet[0]' }, null)).toEqual([
      'error  is wrong',
      '  at: fleet[0]',
    ]);
    expect(lines(at(99, 1))).toEqual(['a.yaml:99:1  error  is wrong']);
  });

  it('puts the carets under the spot in long lines, after tabs and after wide letters', () => {
    const long = `key: ${'x'.repeat(300)}BAD${'y'.repeat(300)}`;
    const [, quoted = '', carets = ''] = lines(at(1, 306, 3), long);
    expect(quoted.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('BAD');
    expect(quoted.length).toBeLessThan(120);
    expect(lines(at(1, 4, 2), '\ta:\tno')[2]).toBe('    |    ^^');
    expect(lines(at(1, 4, 2), '温: no')[2]).toBe('    |     ^^');
  });

  it('cannot be used to steer a terminal or to publish a password', () => {
    const evil = lines(
      { ...at(1, 1), message: 'a\u001b[2Jb\u202e' },
      'x: \u001b[31m mqtt://u:pw@h',
    );
    for (const bad of ['\u001b', '\u202e', 'u:pw']) expect(evil.join('\n')).not.toContain(bad);
    expect(evil[1]).toContain('mqtt://····@h');
  });

  it('colours only when asked', () => {
    const painted = lines({ ...at(2, 6, 3), hint: 'h' }, SOURCE, true).join('\n');
    expect(painted).toContain('\u001b[31merror\u001b[0m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes are what is looked for.
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(
      lines({ ...at(2, 6, 3), hint: 'h' }).join('\n'),
    );
  });

  it('survives any place in any text', () => {
    const place = fc.integer({ min: -5, max: 500 });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        place,
        place,
        place,
        (text, line, column, width) => {
          const shown = formatProblem(at(line, column, width), text, { colour: false });
          expect(shown.split('\n').length).toBeLessThanOrEqual(5);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});
