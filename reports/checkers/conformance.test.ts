/**
 * Every file in this folder is a checker that can pass, fail and doubt, and never passes on
 * nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckerKind } from '../checker.ts';
import { FIXTURES } from '../testing/fixtures.ts';
import { healthy, Story } from '../testing/story.ts';

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort();

const checkers = await Promise.all(
  files.map(async (file) => {
    const module = (await import(join(import.meta.dirname, file))) as { default: CheckerKind };
    return { file, checker: module.default };
  }),
);

/** Parameters for a run in which nothing else names them. */
const SAMPLE_PARAMS: Readonly<Record<string, Record<string, number | string>>> = {
  latency: { p99: 100, during: 'all' },
  recovered: { share: 0.99, within: 1000, after: 'none' },
};

describe.each(checkers)('$file', ({ file, checker }) => {
  const fixtures = FIXTURES[checker.kind];

  it('is named after its kind', () => {
    expect(file).toBe(`${checker.kind}.ts`);
    expect(checker.title).not.toBe('');
    expect(checker.summary).toMatch(/\.$/);
  });

  it('says which oracles it asks', () => {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    const asked = [...text.matchAll(/\bof\('([a-z-]+)'\)/g)].map(([, kind]) => kind);
    expect([...(checker.asks ?? [])].sort()).toEqual([...new Set(asked)].sort());
  });

  it('does not pass on an empty ledger', () => {
    const params = SAMPLE_PARAMS[checker.kind] ?? {};
    const story = new Story({ expect: [{ checker: checker.kind, params }] });
    expect(story.ask(checker).verdict).not.toBe('pass');
  });

  it('has something to pass, to fail and to doubt', () => {
    expect(fixtures, `no fixtures for ${checker.kind}`).toBeDefined();
    expect(Object.keys(fixtures?.passing ?? {})).not.toHaveLength(0);
    expect(Object.keys(fixtures?.failing ?? {})).not.toHaveLength(0);
    expect(Object.keys(fixtures?.undecided ?? {})).not.toHaveLength(0);
  });

  it.each(Object.entries(fixtures?.passing ?? {}))('passes: %s', (_, story) => {
    const answer = story().ask(checker);
    expect(answer.findings).toEqual([]);
    expect(answer).toMatchObject({ verdict: 'pass', findingCount: 0 });
    expect(answer.summary).not.toBe('');
  });

  it.each(Object.entries(fixtures?.failing ?? {}))('finds: %s', (_, story) => {
    const answer = story().ask(checker);
    expect(answer).toMatchObject({ verdict: checker.broken });
    expect(answer.findings[0]?.message).not.toBe('');
    for (const finding of answer.findings) {
      const times = finding.witness.map((event) => event.t);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.length).toBeLessThanOrEqual(5);
    }
  });

  it.each(Object.entries(fixtures?.failing ?? {}))('proves nothing by a hole: %s', (_, tell) => {
    const holed = (...unclosed: string[]): Story => Object.assign(tell(), { unclosed });
    for (const story of [holed('harness'), holed('harness', 'shard-0')]) {
      const { verdict, findingCount } = story.ask(checker);
      if (checker.findsHoles) expect(verdict).toBe('invalid');
      else expect([verdict, findingCount]).toEqual(['unknown', 0]);
    }
  });

  it.each(Object.entries(fixtures?.undecided ?? {}))('leaves open: %s', (_, story) => {
    const answer = story().ask(checker);
    expect(answer.verdict).toBe('unknown');
    if (answer.undecided > 0) expect(answer.summary).toMatch(/\d undecided: [a-z]/);
    if (answer.decided === 0) expect(answer.summary).not.toMatch(/\b[Aa]ll\b|\b(was|were) true\b/);
  });

  it('finds nothing in a healthy run', () => {
    const params = SAMPLE_PARAMS[checker.kind] ?? {};
    const setting = {
      entry: { will: true, retainStatus: true, session: 'persistent', qos: 2 },
      commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
      expect: [{ checker: checker.kind, params }],
    } as const;
    const answer = healthy({
      ...setting,
      commands: { ...setting.commands, devices: [...setting.commands.devices] },
      expect: [...setting.expect],
    }).ask(checker);
    expect(answer.findings).toEqual([]);
    expect(['pass', 'unknown']).toContain(answer.verdict);
  });
});
