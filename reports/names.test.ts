/**
 * What judges knows no plug-in by name: the judge asks whatever checkers and proofs it is given, a
 * checker asks what a fault does to links and never which fault it is, and none knows another. Only
 * so is a new one a new file and no edit.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../', import.meta.url);
const codeIn = (folder: string): string[] =>
  readdirSync(new URL(folder, ROOT))
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
    .map((file) => `${folder}/${file}`);
const kindsIn = (folder: string): string[] =>
  codeIn(folder).map((file) => file.slice(folder.length + 1, -'.ts'.length));

const NAMES = new Set(
  [
    'reports/checkers',
    'reports/proofs',
    'chaos/faults',
    'devices/mutants',
    'twins/platform/mutants',
  ].flatMap(kindsIn),
);
/** Words of the ledger and of the account of messages, which proofs are called after. */
const WORDS_OF_THE_LEDGER = new Set(['refused', 'closed']);

const judging = ['reports/judge.ts', ...codeIn('reports/judging'), ...codeIn('reports/checkers')];

/** What the text names, other than itself; and whether it asks which proof a fault has. */
function namedBy(file: string, text: string): string[] {
  const own = /([a-z0-9-]+)\.ts$/.exec(file)?.[1];
  const literals = [...text.matchAll(/(['"`])([a-z0-9-]+)\1/g)].map(([, , word]) => word ?? '');
  const imports = [...text.matchAll(/from '[^']*\/(?:checkers|proofs)\/([a-z0-9-]+)\.ts'/g)];
  const asks = /\bproof\??\.kind\b/.test(text) && file !== 'reports/judging/effects.ts';
  return [
    ...literals.filter((word) => NAMES.has(word) && !WORDS_OF_THE_LEDGER.has(word)),
    ...imports.map(([, kind]) => kind ?? ''),
    ...(asks ? ['proof.kind'] : []),
  ].filter((word) => word !== own);
}

describe('what judges', () => {
  it.each(judging)('%s knows no plug-in by name', (file) => {
    expect(namedBy(file, readFileSync(new URL(file, ROOT), 'utf8'))).toEqual([]);
  });

  it('would be caught', () => {
    const planted = (line: string): string[] => namedBy('reports/checkers/latency.ts', line);
    expect(planted("if (id === 'harness-healthy')")).toEqual(['harness-healthy']);
    expect(planted("const ENDING = ['target-down', 'swallowed'];")).toHaveLength(2);
    expect(planted("if (fault.plan.fault === 'power-cut')")).toEqual(['power-cut']);
    expect(planted('if (fault.plan.proof.kind === REFUSED)')).toEqual(['proof.kind']);
    expect(planted("import closed from '../proofs/closed.ts';")).toEqual(['closed']);
    expect(planted("kind: 'latency',")).toEqual([]);
  });
});
