/**
 * What every oracle owes: it starts on a plan with nothing in it, survives whatever a ledger may
 * hold, and answers the same the next time.
 */
import {
  type Catalog,
  type Duty,
  entryOf,
  type FieldForm,
  type FieldValue,
  type LedgerEntry,
  OPS,
  type OpName,
  type Plan,
  type Random,
  SUBSCRIPTION_REFUSED,
  tries,
} from '#kernel';
import { benchPlan } from './bench-plan.ts';
import { foldHistory } from './fold-history.ts';
import type { OracleKind } from './oracle.ts';

const DEVICES = 3;
const PLAN = benchPlan({
  devices: DEVICES,
  readings: 6,
  session: 'persistent',
  commands: { firstAt: 0, everyMs: 1000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
});

export const duties: readonly Duty<OracleKind>[] = [
  {
    says: 'names ops that there are',
    flaws: ({ scope, ops = [] }) => [
      ...(scope === 'fleet' && ops.length === 0 ? ['one of the fleet names the ops it wants'] : []),
      ...ops.filter((op) => !isOp(op)).map((op) => `ops names '${op}', which is none`),
    ],
  },
  {
    says: 'starts on a plan with nothing in it',
    flaws: (kind, catalog) => {
      const empty = { ...PLAN, devices: [], entries: [], streams: [], phases: [] };
      answersOf(fold(kind, catalog, empty, []));
      return [];
    },
  },
  {
    says: 'survives whatever a ledger holds, and answers the same the next time',
    flaws: (kind, catalog) =>
      tries('ledger', 150, (random) => {
        const entries = drawnLedger(random);
        const [first, second] = [1, 2].map(() =>
          JSON.stringify(answersOf(fold(kind, catalog, PLAN, entries))),
        );
        return first === second ? [] : ['of the same ledger it answers otherwise the second time'];
      }),
  },
];

const isOp = (op: string): boolean => op in OPS || /^[a-z\d-]+\/[a-z-]+$/.test(op);

/** With all oracles that it may ask, itself among them. */
function fold(
  kind: OracleKind,
  catalog: Catalog,
  plan: Plan,
  entries: readonly LedgerEntry[],
): unknown {
  const kinds = new Map(others(catalog));
  return foldHistory(kinds.set(kind.kind, kind), kind.kind, { plan, entries });
}

/** Handed in by name alone, since the family leads to this file. */
const others = (catalog: Catalog): ReadonlyMap<string, OracleKind> =>
  catalog.of({ family: 'oracle' } as Parameters<Catalog['of']>[0]) as ReadonlyMap<
    string,
    OracleKind
  >;

/** What our own writers and a strange target can put there. */
const VALUES: Readonly<Record<FieldForm, (random: Random) => FieldValue>> = {
  device: (random) => random.below(DEVICES),
  stream: (random) => oneOf(random, [0, 1, 2, 3, 4, 200]),
  count: (random) => (random.below(2) === 0 ? random.below(9) : 4_000_000_000),
  signed: (random) => oneOf(random, [-1, 0, 1, 2, SUBSCRIPTION_REFUSED, 5000]),
  boolean: (random) => random.below(2) === 1,
  hash: (random) => random.below(3),
  flags: (random) => random.below(32),
  text: (random) => oneOf(random, ['', 'planned', 'closed', 'power-cut', 'bm90IHRoZXNl']),
};

const OP_NAMES = Object.keys(OPS) as OpName[];

const drawnLedger = (random: Random): LedgerEntry[] =>
  Array.from({ length: random.below(60) }, () => {
    const op = oneOf(random, OP_NAMES);
    const fields = Object.entries<FieldForm>(OPS[op].fields).map(([name, form]) => [
      name,
      VALUES[form](random),
    ]);
    const given = Object.fromEntries(fields) as Readonly<Record<string, FieldValue>>;
    return entryOf(random.below(9_000_000), op, given) as LedgerEntry;
  }).sort((a, b) => a.t - b.t);

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
  return answers;
}

const methodsOf = (oracle: object): string[] =>
  [...Object.keys(oracle), ...Object.getOwnPropertyNames(Object.getPrototypeOf(oracle))].filter(
    (name) =>
      name !== 'constructor' && typeof (oracle as Record<string, unknown>)[name] === 'function',
  );

const oneOf = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;
