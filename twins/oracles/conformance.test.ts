/**
 * Every file in this folder with a default export is an oracle: asked by its kind, it starts on a
 * plan with nothing in it, survives whatever a ledger may hold, and answers the same the next time.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FieldForm, type LedgerEntry, OPS, type OpName, type Plan } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { oracleFamily } from './oracle-family.ts';
import { foldHistory } from './testing/fold-history.ts';
import { oracleFiles } from './testing/kinds.ts';
import { testPlan } from './testing/plan.ts';

const oracles = [...(await oracleFiles())].map(([file, oracle]) => ({ file, oracle }));
const kinds = new Map(oracles.map(({ oracle }) => [oracle.kind, oracle]));

const DEVICES = 3;
const PLAN = testPlan({
  devices: DEVICES,
  readings: 6,
  session: 'persistent',
  commands: { firstAt: 0, everyMs: 1000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
});

/** What our own writers and a strange target can put there. */
const values: Readonly<Record<FieldForm, fc.Arbitrary<number | boolean | string>>> = {
  device: fc.nat({ max: DEVICES - 1 }),
  stream: fc.constantFrom(0, 1, 2, 3, 4, 200),
  count: fc.oneof(fc.nat({ max: 8 }), fc.constant(4_000_000_000)),
  signed: fc.constantFrom(-1, 0, 1, 2, 128, 5000),
  boolean: fc.boolean(),
  hash: fc.constantFrom(0, 1, 2),
  flags: fc.nat({ max: 31 }),
  text: fc.constantFrom('', 'planned', 'closed', 'power-cut', 'bm90IHRoZXNl'),
};

const entry = fc.constantFrom(...(Object.keys(OPS) as OpName[])).chain((op) =>
  fc.record({
    t: fc.nat({ max: 9_000_000 }),
    op: fc.constant(op),
    fields: fc.record(
      Object.fromEntries(
        Object.entries(OPS[op].fields).map(([name, form]) => [name, values[form]]),
      ),
    ),
  }),
);
const ledger = fc
  .array(entry, { maxLength: 60 })
  .map((rows) => rows.sort((a, b) => a.t - b.t).map(({ t, op, fields }) => entryOf(t, op, fields)));

const fold = (kind: string, plan: Plan, entries: readonly LedgerEntry[]): unknown =>
  foldHistory(kinds, kind, { plan, entries });

/**
 * What it answers: everything that it offers without being asked for something in particular, and
 * what it offers for each device.
 */
function answersOf(oracle: unknown): unknown {
  const answers: unknown[] = [JSON.stringify(oracle)];
  for (const name of methodsOf(oracle as object)) {
    const method = (oracle as Record<string, (...of: unknown[]) => unknown>)[name];
    if (name === 'each') method?.call(oracle, (one: object) => answers.push({ ...one }));
    else if (method?.length === 1 && name !== 'step') {
      for (let device = 0; device < DEVICES; device++) answers.push(method.call(oracle, device));
    }
  }
  return structuredClone(answers);
}

const methodsOf = (oracle: object): string[] =>
  [...Object.keys(oracle), ...Object.getOwnPropertyNames(Object.getPrototypeOf(oracle))].filter(
    (name) =>
      name !== 'constructor' && typeof (oracle as Record<string, unknown>)[name] === 'function',
  );

it('reads the folder', () => {
  expect([...kinds.keys()]).toEqual(expect.arrayContaining(['connections', 'delivery']));
  expect(kinds.size).toBe(oracles.length);
});

describe.each(oracles)('$file', ({ file, oracle }) => {
  it('is named after its kind, says what it knows, and what it wants to see', () => {
    expect(file).toBe(`${oracle.kind}.ts`);
    expect(oracleFamily.check(oracle)).toEqual([]);
    expect(oracle.summary).toMatch(/^\S.{10,}[^.]$/);
    const declared = (op: string): boolean => op in OPS || /^[a-z-]+\/[a-z-]+$/.test(op);
    expect((oracle.ops ?? []).filter((op) => !declared(op))).toEqual([]);
    if (oracle.scope === 'fleet') expect(oracle.ops).not.toHaveLength(0);
  });

  it('starts on a plan with nothing in it', () => {
    const empty = { ...PLAN, devices: [], entries: [], streams: [], phases: [] };
    expect(() => answersOf(fold(oracle.kind, empty, []))).not.toThrow();
  });

  it('survives whatever a ledger holds, and answers the same the next time', () => {
    fc.assert(
      fc.property(ledger, (entries) => {
        const answers = answersOf(fold(oracle.kind, PLAN, entries));
        expect(answersOf(fold(oracle.kind, PLAN, entries))).toEqual(answers);
      }),
      { seed: 7, numRuns: 150 },
    );
  });
});
