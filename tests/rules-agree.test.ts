/**
 * The service and the oracle agree on random rules over random readings: on time, late, twice, in
 * any order, with signals that are missing, while the platform is killed between them. They share
 * neither the evaluator of conditions nor the way in which they look for what lasted.
 *
 *   npx vitest run tests/rules-agree.test.ts                   # 400 of them
 *   RULES_PAIRS=10000 npx vitest run tests/rules-agree.test.ts # the bench
 */
import { expect, it } from 'vitest';
import { type LedgerEntry, type Mutant, type Plan, type Random, randomStream } from '#kernel';
import oracleKind, { type RulesOracle } from '../twins/oracles/rules.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';
import { Question } from '../twins/platform/api/question.ts';
import type { Service, ServicePorts, TakenRow } from '../twins/platform/service.ts';
import service from '../twins/platform/services/rules.ts';
import { openStore } from '../twins/platform/store/store.ts';
import { mutantFolder } from './planted.ts';

const PAIRS = Number(process.env.RULES_PAIRS ?? 400);
const SOME = 60;
const NOTHING = new URLSearchParams();
const [SIGNALS, COMPARES] = [
  ['a', 'b'],
  ['<', '<=', '>', '>=', '==', '!='],
] as const;

const oneOf = <T>(random: Random, all: readonly T[]): T => all[random.below(all.length)] as T;

function conditionOf(random: Random, depth = 0): string {
  const form = random.below(depth > 2 ? 2 : 6);
  if (form === 3) return `!(${conditionOf(random, depth + 1)})`;
  if (form > 3) {
    const [left, right] = [conditionOf(random, depth + 1), conditionOf(random, depth + 1)];
    return `(${left} ${form === 4 ? '&&' : '||'} ${right})`;
  }
  const side = oneOf(random, SIGNALS);
  const other = form === 1 ? `${oneOf(random, SIGNALS)} + 1.0` : `${random.below(7)}.5`;
  return `${side} ${oneOf(random, COMPARES)} ${other}`;
}

interface Listed {
  rules: { rule: string; from: number; late: number }[];
  alarms: { rule: string; since: number; at: number; raised: number; cleared: number | null }[];
}

function live(seed: number, mutant: Mutant | null) {
  const random = randomStream(seed, 'rules');
  const bare = testPlan({ devices: 1, readings: 1 });
  const id = bare.devices[0]?.id ?? '';
  const rule = {
    ...{ name: 'r', of: '', at: 0, deadlineMs: 1000, forMs: random.below(4) * 1500 },
    ...{ when: conditionOf(random), clear: conditionOf(random) },
  };
  const plan = { ...bare, workflows: [{ workflow: 'rules', session: 'rules', resolved: rule }] };
  const oracle = oracleKind.start({ plan: plan as unknown as Plan } as never) as RulesOracle;
  const note = (op: string, fields: object): void =>
    oracle.step({ t: 0, op, device: 0, ...fields } as unknown as LedgerEntry);
  const store = openStore(':memory:');
  store.create(service.schema);
  let now = 1;
  const seams =
    mutant?.plant(
      () => {},
      () => now,
    ) ?? null;
  const start = (): Service => {
    const living = service.start({
      ...{ sql: store, seams, clock: { now: () => now } },
      registry: { page: () => ({ limit: 9, items: [{ id }], next: null }) },
    } as unknown as ServicePorts);
    living.ready?.();
    return living;
  };
  let living = start();
  const { of, when, clear, forMs } = rule;
  living.acts?.['rules/*']?.(new Question(['rules', 'r'], NOTHING), { of, when, clear, forMs });
  let at = 0;
  const taken: TakenRow[] = [];
  for (let n = 0; n < 25; n++) {
    now += 1 + random.below(1500);
    at += 1 + random.below(1500);
    if (random.below(12) === 0) living = start();
    // Now and then one that was on its way for longer, or the same once more.
    const before = taken[random.below(taken.length + 1)];
    const isAgain = before !== undefined && random.below(8) === 0;
    const late = random.below(8) === 0 ? random.below(4000) : 0;
    const v = Object.fromEntries(
      SIGNALS.filter(() => random.below(12) > 0).map((name) => [name, random.below(16) / 2]),
    );
    const row = isAgain
      ? { ...before, receivedAt: now }
      : ({
          ...{ device: id, stream: 'telemetry', n, intended: Math.max(0, at - late) },
          ...{ receivedAt: now, payload: Buffer.from(JSON.stringify({ v })) },
        } as unknown as TakenRow);
    living.take?.(row);
    if (isAgain) continue;
    taken.push(row);
    note('rules/input', { n, at: row.intended, received: now, values: JSON.stringify(v) });
  }
  const page = living.routes.rules?.(new Question(['rules'], NOTHING)) as { rules: Listed[] };
  const [listed] = page.rules;
  for (const read of listed?.rules ?? []) note('rules/read', read);
  for (const alarm of listed?.alarms ?? [])
    note('rules/alarm', { ...alarm, cleared: alarm.cleared ?? 0 });
  store.close();
  const [story] = oracle.of(0);
  const told = story?.told.map(({ since, at: due, cleared }) => ({ since, at: due, cleared }));
  return { told, expected: story?.expected, rule };
}

it(`agree on ${PAIRS} rules and histories`, { timeout: 3_600_000 }, () => {
  let alarms = 0;
  for (let seed = 1; seed <= PAIRS; seed++) {
    const { told, expected, rule } = live(seed, null);
    expect(told, `${seed}: ${JSON.stringify(rule)}`).toEqual(expected);
    alarms += told?.length ?? 0;
  }
  // Else nothing was looked at.
  expect(alarms).toBeGreaterThan(PAIRS / 4);
});

const mutants = (await mutantFolder()).filter(({ word }) => word === 'rules');

it.each(mutants.map((one) => [one.kind, one] as const))('differ with %s', (_, mutant) => {
  const lives = Array.from({ length: SOME }, (__, at) => live(at + 1, mutant));
  const differ = lives.filter(
    ({ told, expected }) => JSON.stringify(told) !== JSON.stringify(expected),
  );
  expect(differ).not.toEqual([]);
});
