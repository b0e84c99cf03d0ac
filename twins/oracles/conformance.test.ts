/**
 * Every file in this folder with a default export is an oracle that keeps what every oracle owes; a
 * user's own is tried with the same.
 */
import { describe, expect, it } from 'vitest';
import type { Catalog } from '#kernel';
import { soundness } from '../../kernel/testing/soundness.ts';
import type { OracleKind } from './oracle.ts';
import { oracleFamily } from './oracle-family.ts';
import { oracleFiles } from './testing/kinds.ts';

const oracles = [...(await oracleFiles())].map(([file, oracle]) => ({ file, oracle }));
const kinds = new Map(oracles.map(({ oracle }) => [oracle.kind, oracle]));
const catalog = { of: () => kinds, words: () => undefined } as unknown as Catalog;
const duties = await oracleFamily.duties();

it('reads the folder', () => {
  expect([...kinds.keys()]).toEqual(expect.arrayContaining(['connections', 'delivery']));
  expect(kinds.size).toBe(oracles.length);
});

describe.each(oracles)('$file', ({ file, oracle }) => {
  it('is named after its kind, and says what it knows', () => {
    expect(file).toBe(`${oracle.kind}.ts`);
    expect(oracleFamily.check(oracle)).toEqual([]);
    expect(oracle.summary).toMatch(/^\S.{10,}[^.]$/);
  });

  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(oracle, catalog)).toEqual([]);
  });
});

it('finds one that throws, answers by chance, or wants an op that there is not', async () => {
  let calls = 0;
  const odd = (step: () => void, more: Partial<OracleKind> = {}): OracleKind =>
    ({
      family: 'oracle',
      kind: 'odd',
      summary: 'is odd',
      scope: 'lane',
      start: () => ({ step, of: (device: number) => device + calls }),
      ...more,
    }) as never;
  const told = (kind: OracleKind) => soundness(oracleFamily, kind, catalog);
  expect(await told(odd(() => {}))).toBe('');
  expect(await told(odd(() => void ++calls))).toContain('otherwise the second time');
  expect(await told(odd(() => {}, { ops: ['no op'] as never }))).toContain(
    "'no op', which is none",
  );
  const broken = odd(() => {
    throw new Error('on purpose');
  });
  expect(await told(broken)).toMatch(/survives whatever.*on purpose/);
});
