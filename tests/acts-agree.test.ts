/**
 * Guards against a model that is too simple to be wrong: random acts with random guards hear of random
 * alarms, some twice, while the operator stops them and the platform is killed between them. The
 * service, the model and the oracle agree on each decision.
 *
 *   npx vitest run tests/acts-agree.test.ts                  # 300 of them
 *   ACTS_LIVES=5000 npx vitest run tests/acts-agree.test.ts  # the bench
 */
import { expect, it } from 'vitest';
import { life } from './acts/life.ts';
import { decidedBy } from './acts/naive.ts';
import { mutantFolder } from './planted.ts';

const LIVES = Number(process.env.ACTS_LIVES ?? 300);
const SOME = 60;

it(`agree on ${LIVES} lives`, { timeout: 3_600_000 }, () => {
  const whys = new Map<string, number>();
  for (let seed = 1; seed <= LIVES; seed++) {
    const lived = life(seed, null);
    const told = lived.decisions.map(({ act, subject, at, done, why, by }) => ({
      ...{ act, subject, at, done, why, by },
    }));
    expect(told, `${seed}`).toEqual(decidedBy(lived));
    expect(lived.amiss, `${seed}`).toEqual([]);
    for (const { why } of told) whys.set(why, (whys.get(why) ?? 0) + 1);
  }
  // Otherwise nothing was compared.
  for (const why of ['', 'stopped', 'conflict', 'dead time', 'rate', 'fleet rate']) {
    expect(whys.get(why) ?? 0, why).toBeGreaterThan(LIVES / 10);
  }
});

const KINDS = ['acts-guard-asleep', 'acts-ignores-stop'];
const mutants = (await mutantFolder()).filter(({ kind }) => KINDS.includes(kind));

it.each(mutants.map((one) => [one.kind, one] as const))('the oracle finds %s', (_, mutant) => {
  const lives = Array.from({ length: SOME }, (__, at) => life(at + 1, mutant));
  expect(lives.filter(({ amiss }) => amiss.length > 0).length).toBeGreaterThan(SOME / 3);
});
