/**
 * Every file in this folder with a default export is an oracle that keeps what every oracle owes; a
 * user's own is tried with the same.
 */
import { describe, expect, it } from 'vitest';
import { type Catalog, type LedgerEntry, OPS } from '#kernel';
import { soundness } from '../../kernel/testing/soundness.ts';
import type { OracleContext, OracleKind } from './oracle.ts';
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

describe('the duties', () => {
  const odd = (more: object): OracleKind =>
    ({
      family: 'oracle',
      kind: 'odd',
      summary: 'is odd',
      scope: 'lane',
      start: () => ({ step: () => {} }),
      ...more,
    }) as never;
  /** Of oracles that answer with how often they were asked so far. */
  let calls = 0;
  const told = (more: object): Promise<string> => soundness(oracleFamily, odd(more), catalog);
  const throws = (): never => {
    throw new Error('on purpose');
  };

  it('find one that throws on entries, or on a plan with nothing in it', async () => {
    expect(await told({})).toBe('');
    expect(await told({ start: () => ({ step: throws }) })).toMatch(/survives what.*on purpose/);
    const start = ({ plan }: OracleContext) => (plan.devices.length === 0 ? throws() : odd);
    expect(await told({ start })).toMatch(/starts on a plan with nothing.*on purpose/);
  });

  it('find one that wants an op that there is not, or of the fleet and says none', async () => {
    expect(await told({ ops: ['boot', 'echo/heard'] })).toBe('');
    for (const op of ['no op', 'echo/', '/heard', 'echo/heard/of', 'Echo/heard']) {
      expect(await told({ ops: [op] })).toContain(`'${op}', which is none`);
    }
    expect(await told({ scope: 'fleet', ops: ['boot'] })).toBe('');
    expect(await told({ scope: 'fleet', ops: [] })).toContain('names the ops it wants');
    expect(await told({ scope: 'fleet' })).toContain('names the ops it wants');
  });

  it.each([
    ['what it shows', () => ({ step: () => {}, calls: calls++ })],
    ['what it answers of a device', () => ({ step: () => {}, of: (one: number) => one + calls++ })],
    [
      'what it lists',
      () => ({ step: () => {}, each: (visit: (one: object) => void) => visit({ calls: calls++ }) }),
    ],
    ['entries', () => ({ step: () => void calls++, of: (_: number) => calls })],
  ])('find one that answers otherwise the second time: %s', async (_, start) => {
    expect(await told({ start })).toContain('otherwise the second time');
  });

  it('ask nothing that an oracle does not offer to anybody', async () => {
    const start = () => ({
      step: () => {},
      none: () => calls++,
      two: (a: number, b: number) => a + b + calls++,
    });
    expect(await told({ start })).toBe('');
  });

  it('try every op, and every device of a fleet of several', async () => {
    const seen = new Set<string>();
    const asked = new Set<number>();
    const start = () => ({
      step: ({ op }: LedgerEntry) => void seen.add(op),
      of: (device: number) => void asked.add(device),
    });
    expect(await told({ start })).toBe('');
    expect([...seen].sort()).toEqual(Object.keys(OPS).sort());
    expect(asked.size).toBeGreaterThan(1);
  });
});
