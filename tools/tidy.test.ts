import { describe, expect, it } from 'vitest';
import { longFunctions, untidy, wideLines } from './tidy.ts';

const names = (file: string, text: string): string[] => untidy(file, text).map(({ name }) => name);
const lines = (count: number): string => `/** Idea. */\n${'const a = 1;\n'.repeat(count - 1)}`;
const body = (count: number): string => '    work();\n'.repeat(count);

describe('a tidy file', () => {
  it('is bounded, and tests have more room', () => {
    expect(names('kernel/a.ts', lines(400))).toEqual([]);
    expect(names('kernel/a.ts', lines(401))).toEqual(['file-lines']);
    expect(names('kernel/a.test.ts', lines(600))).toEqual([]);
    expect(names('kernel/a.test.ts', lines(601))).toEqual(['file-lines']);
  });

  it('opens by saying why it is there', () => {
    expect(names('kernel/a.ts', 'const a = 1;\n')).toEqual(['opening']);
    expect(names('kernel/a.test.ts', 'const a = 1;\n')).toEqual([]);
    expect(names('bin/a.js', '#!/usr/bin/env node\n// Finds a Node.\n')).toEqual([]);
  });

  it.each(['kernel/utils.ts', 'harness/fleet-manager.ts', 'reports/common/a.ts', 'chaos/misc.ts'])(
    'has no drawer for a name: %s',
    (file) => {
      expect(names(file, lines(3))).toEqual(['drawer']);
    },
  );

  it.each(['kernel/baseline.ts', 'devices/utility-meter.ts', 'reports/commonality.ts'])(
    'may have a name that only begins like a drawer: %s',
    (file) => {
      expect(names(file, lines(3))).toEqual([]);
    },
  );

  it('has lines of a hundred columns', () => {
    expect(wideLines(`${'a'.repeat(100)}\n${'b'.repeat(101)}\nc\n`)).toEqual([2]);
  });

  it('has functions of sixty lines, wherever they stand', () => {
    const text = [
      `function free() {\n${body(59)}}`,
      `const arrow = () => {\n${body(58)}};`,
      `class A {\n  method() {\n${body(60)}  }\n  constructor() {\n${body(59)}  }\n}`,
      `const outer = { inner: (x) => {\n${body(59)}} };`,
    ].join('\n');
    expect(longFunctions('kernel/a.ts', text)).toEqual([
      { name: 'free', lines: 61 },
      { name: 'method', lines: 62 },
      { name: 'constructor', lines: 61 },
      { name: '=>', lines: 61 },
    ]);
    expect(longFunctions('kernel/a.test.ts', text)).toEqual([]);
  });
});
