/**
 * The README's own example is what `init` writes, and its checkers decide what they were asked:
 * whoever begins with it learns nothing from a promise of which nothing came up.
 */
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const EXAMPLE = /```yaml\n(twinstorm: 1\n[\s\S]*?)```/.exec(README)?.[1] ?? '';

it('is what init writes, and what it expects is decided', async () => {
  expect((await box.run('init')).code).toBe(0);
  const written = readFileSync(box.path('scenarios/first.yaml'), 'utf8');
  const { report: _, ...shown } = parse(written) as Record<string, unknown>;
  expect(parse(EXAMPLE)).toEqual(shown);
  const result = await box.judged(0, 'out', 'scenarios/first.yaml');
  const expected = result.checkers.filter((checker) => checker.expected);
  expect(expected.map(({ id }) => id).sort()).toEqual(
    (shown.expect as unknown[]).map(nameOf).sort(),
  );
  for (const { id, decided, verdict } of expected) {
    expect([id, verdict]).toEqual([id, 'pass']);
    expect(decided, id).toBeGreaterThan(0);
  }
});

/** And the two lines below it say what they do. */
it.each([
  ['telemetry-loses-acked-row', 'no-acked-loss'],
  ['sessions-never-recovers', 'recovered'],
])('fails with %s planted, by %s', async (mutant, checker) => {
  const flags = ['--mutant', mutant];
  const { checkers } = await box.judged(1, mutant, 'scenarios/first.yaml', ...flags);
  const failed = checkers.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id);
  expect(failed).toContain(checker);
});

const nameOf = (wish: unknown): string =>
  typeof wish === 'string' ? wish : (Object.keys(wish as object)[0] ?? '');
