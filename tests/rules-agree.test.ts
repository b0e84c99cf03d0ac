/**
 * The service and the oracle agree on random rules over random readings: on time, late, twice, in
 * any order, with signals that are missing, while the platform is killed between them. They share
 * neither the evaluator of conditions nor the way in which they look for what lasted.
 *
 *   npx vitest run tests/rules-agree.test.ts                   # 400 of them
 *   RULES_PAIRS=10000 npx vitest run tests/rules-agree.test.ts # the bench
 */
import { expect, it } from 'vitest';
import { type Mutant, mutantFolder } from './planted.ts';
import { life } from './rules/life.ts';

const PAIRS = Number(process.env.RULES_PAIRS ?? 400);
const SOME = 120;

/** As many rules alone, and a third as many times some that speak of each other. */
function* lives(count: number, mutant: Mutant | null): Generator<[seed: number, Lived]> {
  for (let seed = 1; seed <= count; seed++) {
    yield [seed, life(seed, mutant)];
    if (seed % 3 === 0) yield [seed, life(seed, mutant, true)];
  }
}

type Lived = ReturnType<typeof life>;

/** What one says and the other should have, in the way to reckon that is nearest to it. */
function compared({ stories, rejected, rule }: Lived) {
  // One that was never asked for has no beginning.
  const known = stories.filter(({ from, doubt }) => from !== null && doubt === null);
  const clear = known.filter(({ isUnclear }) => !isUnclear);
  const told = clear.map(({ rule: { name }, subject, told: own, missed }) => ({
    ...{ name, subject },
    alarms: own.map(({ since, at, cleared }) => ({ since, at, cleared })),
    ...(rule.window === null ? {} : { hasMissed: missed.told >= missed.expected }),
  }));
  const expected = clear.map(({ rule: { name }, subject, expected: due, told: own }) => ({
    ...{ name, subject },
    // What was due when it was asked may be there or not.
    alarms: due.flatMap(({ since, at, cleared, isOpen, isEndOpen }) => {
      const said = own.find((one) => one.since === since);
      if (said === undefined && isOpen) return [];
      return [{ since, at, cleared: isEndOpen && said?.cleared === null ? null : cleared }];
    }),
    ...(rule.window === null ? {} : { hasMissed: true }),
  }));
  const counted = rejected.map((one) => {
    if (one === null || one.told === null) return true;
    return one.told.late >= one.late && one.told.ahead >= one.ahead;
  });
  return { told, expected, counted };
}

const nameOf = ({ rule, isComposed }: Lived): string => {
  if (isComposed) return 'composed';
  if (rule.silentMs > 0) return 'silence';
  if (rule.window === null) return rule.terms.length > 0 ? 'terms' : 'readings';
  return `${rule.window.gapMs > 0 ? 'sessions' : 'windows'} per ${rule.per}`;
};

it(`agree on ${PAIRS} rules and histories`, { timeout: 3_600_000 }, () => {
  const alarms = new Map<string, number>();
  let [unclear, unsure] = [0, 0];
  for (const [seed, lived] of lives(PAIRS, null)) {
    const { told, expected, counted } = compared(lived);
    expect(told, `${seed}: ${JSON.stringify(lived.stories.map((one) => one.rule))}`).toEqual(
      expected,
    );
    expect(counted, `${seed}`).not.toContain(false);
    unclear += lived.stories.filter(({ isUnclear }) => isUnclear).length;
    unsure += lived.stories.filter(
      ({ disputed, expected: own }) => disputed.length > 0 || own.some((one) => one.isUnsure),
    ).length;
    const form = nameOf(lived);
    const own = told.reduce((sum, one) => sum + one.alarms.length, 0);
    alarms.set(form, (alarms.get(form) ?? 0) + own);
  }
  // Else nothing was looked at.
  expect([...alarms.keys()].sort()).toEqual(FORMS);
  for (const [form, count] of alarms) expect(count, form).toBeGreaterThan(PAIRS / 80);
  expect(unclear).toBeLessThan(PAIRS / 20);
  expect(unsure).toBeGreaterThan(PAIRS / 80);
  expect(unsure).toBeLessThan(PAIRS / 4);
});

const FORMS = [
  ...['composed', 'readings', 'sessions per device', 'sessions per fleet', 'sessions per site'],
  ...['silence', 'terms', 'windows per device', 'windows per fleet', 'windows per site'],
];

const mutants = (await mutantFolder()).filter(({ word }) => word === 'rules');

it.each(mutants.map((one) => [one.kind, one] as const))('differ with %s', (_, mutant) => {
  const differ = [...lives(SOME, mutant)].filter(([, lived]) => {
    const { told, expected } = compared(lived);
    return JSON.stringify(told) !== JSON.stringify(expected);
  });
  expect(differ).not.toEqual([]);
});
