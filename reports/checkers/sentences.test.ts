/**
 * What a checker says, word by word, of one run that keeps its promise and of one that breaks
 * it: most readers of a verdict read nothing else.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { CheckerKind } from '../checker.ts';
import { FIXTURES } from '../testing/fixtures.ts';

interface Said {
  /** A story of the fixtures, and the summary. */
  kept: readonly [story: string, summary: string];
  /** And what it finds first. */
  broken: readonly [story: string, summary: string, finding: string];
}

const file = new URL('../testing/sentences.json', import.meta.url);
const SAID = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Said>>;

it.each(Object.entries(SAID))('%s', async (kind, { kept, broken }) => {
  const { href } = new URL(`${kind}.ts`, import.meta.url);
  const { default: checker } = (await import(href)) as { default: CheckerKind };
  const { passing, failing } = FIXTURES[kind] ?? {};
  expect(passing?.[kept[0]]?.().ask(checker).summary).toBe(kept[1]);
  const answer = failing?.[broken[0]]?.().ask(checker);
  expect([answer?.summary, answer?.findings[0]?.message]).toEqual(broken.slice(1));
});
