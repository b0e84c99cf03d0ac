/**
 * Texts for the reader of scenarios. Random bytes alone would rarely get past the first line, so
 * most are valid files that were damaged, and texts put together from the words of the format.
 * Whatever they are, reading ends in a scenario, or in problems that all have a place.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Catalog } from '#kernel';
import { defineFuzz, type FuzzSource } from '../kernel/testing/fuzz.ts';
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

/** Few words, so that names are wrong more often than not. */
const CATALOG = catalogOf({
  model: wordsOf('room-thermostat', 'a'),
  fault: wordsOf('partition'),
  checker: wordsOf('no-acked-loss'),
  workflow: [...wordsOf('look-around'), ROLL_OUT],
  reporter: wordsOf('html', 'junit', 'json', 'summary'),
});

export function endsInAResult(text: string): void {
  read(text, null);
  read(text, CATALOG);
}

function read(text: string, catalog: Catalog | null): void {
  const outcome = parseScenario(text, 'x.yaml', [], catalog);
  if (outcome.ok) {
    assert(outcome.scenario.fleet.length > 0);
    assert(Number.isFinite(outcome.scenario.time.chaosMs));
    return;
  }
  assert(outcome.problems.length > 0, 'neither a scenario nor a problem');
  for (const problem of outcome.problems) {
    assert((problem.line ?? 0) > 0 && (problem.column ?? 0) > 0, `no place: ${problem.message}`);
    // `.nan` is a key of YAML, and is quoted as what it means.
    const isTheirs = /\.nan/i.test(text);
    const ours = isTheirs ? problem.message.replaceAll("'NaN'", '') : problem.message;
    assert.doesNotMatch(ours, /undefined|\[object|NaN/);
    formatProblem(problem, text, { colour: true });
  }
}

const WORDS = [
  ...['twinstorm: 1', 'name: x', 'fleet:', '- model: a', 'count: 3', 'chaos:', 'where:', 'with:'],
  ...['{', '}', '[', ']', ',', ':', '- ', '? ', '| ', '> ', '&a ', '*a ', '!!set ', '!x ', '<<: '],
  ...['"', "'", '#', '%YAML 1.1\n---', '---', '...', '\t', '  ', '\n', '\n  ', '\r\n', '\u0000'],
  ...['chaos+5s', '10%', '-5s', '1e999', '.nan', '.inf', '0x10', 'null', '~', '__proto__: 1'],
  '2026-01-01',
];
const VALUES = ['null', '{}', '[]', '7', '-1', '1e999', '.nan', 'x', '""', '10%', '8s'];
const lines = corpus.flatMap((text) => text.split('\n').map((_, line) => ({ text, line })));

const cut = fc
  .record({
    text: fc.constantFrom(...corpus),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 30 }),
    put: fc.array(fc.constantFrom(...WORDS), { maxLength: 4 }),
  })
  .map(({ text, from, cut: length, put }) => {
    const at = Math.floor(text.length * from);
    return text.slice(0, at) + put.join('') + text.slice(at + length);
  });

const overwritten = fc
  .tuple(fc.constantFrom(...lines), fc.constantFrom(...VALUES, '{ a: { b: [c] } }'))
  .map(([{ text, line }, put]) => {
    const changed = text.split('\n');
    changed[line] = (changed[line] ?? '').replace(/: .*$/, `: ${put}`);
    return changed.join('\n');
  });

const texts: readonly [about: string, weight: number, input: fc.Arbitrary<string>][] = [
  ['random characters', 1, fc.string({ unit: 'binary', maxLength: 200 })],
  [
    'the words of the format',
    2,
    fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join('')),
  ],
  ['valid files, damaged', 2, cut],
  ['any value anywhere', 2, overwritten],
];

export default (() => [
  defineFuzz({
    parser: 'scenario',
    about: texts.map(([about]) => about).join(', '),
    input: fc.oneof(...texts.map(([, weight, arbitrary]) => ({ weight, arbitrary }))),
    survives: endsInAResult,
  }),
  defineFuzz({
    parser: 'scenario-module',
    about: 'any value from a module',
    input: fc.anything({ withMap: true, withDate: true, withTypedArray: true }),
    survives: (value) => {
      const inside = { twinstorm: 1, name: 'x', fleet: [{ model: 'a', count: 1 }], time: value };
      assert(!fromModule(value, 'x.ts').ok);
      const outcome = fromModule(inside, 'x.ts');
      if (!outcome.ok) assert(outcome.problems.length > 0);
    },
  }),
]) satisfies FuzzSource;
