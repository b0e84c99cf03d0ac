/**
 * Whatever the bytes are, reading ends in a result: a scenario, or problems that all have a place.
 * Random bytes alone would rarely get past the first line, so most texts are valid files that were
 * damaged, and texts put together from the words of the format.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '#kernel';
import { formatProblem } from './frame.ts';
import { fromModule, parseScenario } from './parse.ts';
import { catalogOf, ROLL_OUT, wordsOf } from './testing/words.ts';

const folders = ['fixtures/', 'library/', 'goldens/'].map((name) => new URL(name, import.meta.url));
const corpus = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readFileSync(new URL(file, folder), 'utf8')),
);

const CATALOG = catalogOf({
  model: wordsOf('room-thermostat', 'a'),
  fault: wordsOf('partition'),
  checker: wordsOf('no-acked-loss'),
  workflow: [...wordsOf('look-around'), ROLL_OUT],
  reporter: wordsOf('html', 'junit', 'json', 'summary'),
});

function endsInAResult(text: string): void {
  read(text, null);
  read(text, CATALOG);
}

function read(text: string, catalog: Catalog | null): void {
  const outcome = parseScenario(text, 'x.yaml', [], catalog);
  if (outcome.ok) {
    expect(outcome.scenario.fleet.length).toBeGreaterThan(0);
    expect(Number.isFinite(outcome.scenario.time.chaosMs)).toBe(true);
    return;
  }
  expect(outcome.problems.length).toBeGreaterThan(0);
  for (const problem of outcome.problems) {
    expect(problem.line).toBeGreaterThan(0);
    expect(problem.column).toBeGreaterThan(0);
    expect(problem.message).not.toMatch(/undefined|\[object|NaN/);
    formatProblem(problem, text, { colour: true });
  }
}

const WORDS = [
  ...['twinstorm: 1', 'name: x', 'fleet:', '- model: a', 'count: 3', 'chaos:', 'where:', 'with:'],
  ...['{', '}', '[', ']', ',', ':', '- ', '? ', '| ', '> ', '&a ', '*a ', '!!set ', '!x ', '<<: '],
  ...['"', "'", '#', '%YAML 1.1\n---', '---', '...', '\t', '  ', '\n', '\n  ', '\r\n', '\u0000'],
  ...[
    'chaos+5s',
    '10%',
    '-5s',
    '1e999',
    '.nan',
    '.inf',
    '0x10',
    'null',
    '~',
    '__proto__: 1',
    '2026-01-01',
  ],
];

describe('any text', () => {
  it('made of random characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), endsInAResult), {
      seed: 5,
      numRuns: 300,
    });
  });

  it('made of the words of the format', () => {
    const text = fc
      .array(fc.constantFrom(...WORDS), { maxLength: 40 })
      .map((words) => words.join(''));
    fc.assert(fc.property(text, endsInAResult), { seed: 6, numRuns: 600 });
  });

  it('that was a valid file before something happened to it', () => {
    const damage = fc.record({
      text: fc.constantFrom(...corpus),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.integer({ min: 0, max: 30 }),
      put: fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(damage, ({ text, from, cut, put }) => {
        const at = Math.floor(text.length * from);
        endsInAResult(text.slice(0, at) + put.join('') + text.slice(at + cut));
      }),
      { seed: 7, numRuns: 600 },
    );
  });

  it('with any value anywhere', () => {
    const value = fc.constantFrom(
      ...[
        'null',
        '{}',
        '[]',
        '7',
        '-1',
        '1e999',
        '.nan',
        'x',
        '""',
        '10%',
        '8s',
        '{ a: { b: [c] } }',
      ],
    );
    const lines = corpus.flatMap((text) => text.split('\n').map((_, line) => ({ text, line })));
    fc.assert(
      fc.property(fc.constantFrom(...lines), value, ({ text, line }, put) => {
        const damaged = text.split('\n');
        damaged[line] = (damaged[line] ?? '').replace(/: .*$/, `: ${put}`);
        endsInAResult(damaged.join('\n'));
      }),
      { seed: 8, numRuns: 600 },
    );
  });

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
    for (const bomb of bombs) endsInAResult(bomb);
  });
});

describe('any value from a module', () => {
  it('is a scenario or problems', () => {
    fc.assert(
      fc.property(fc.anything({ withMap: true, withDate: true, withTypedArray: true }), (value) => {
        const inside = { twinstorm: 1, name: 'x', fleet: [{ model: 'a', count: 1 }], time: value };
        expect(fromModule(value, 'x.ts').ok).toBe(false);
        const outcome = fromModule(inside, 'x.ts');
        if (!outcome.ok) expect(outcome.problems.length).toBeGreaterThan(0);
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});
