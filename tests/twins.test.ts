/**
 * The twin of the platform, the part of a device and the oracle agree on thousands of random lives
 * of a twin, with the checkers as judges; and with each bug planted in the service they do not.
 */
import { expect, it } from 'vitest';
import { type Mutant, type Plan, randomStream } from '#kernel';
import type { CheckerKind, LaneContext } from '../reports/checker.ts';
import applied from '../reports/checkers/twin-applied.ts';
import kept from '../reports/checkers/twin-kept.ts';
import versions from '../reports/checkers/twin-versions.ts';
import type { TwinOracle } from '../twins/oracles/twin.ts';
import oracleKind from '../twins/oracles/twin.ts';
import { mutantFolder } from './planted.ts';
import { TwinLife } from './twin-histories.ts';

const LIVES = 5000;
const CHECKERS: readonly CheckerKind[] = [applied, kept, versions];

/** What is wrong with a life; nothing is in an honest one. */
function wrongs(number: number, mutant: Mutant | null): string[] {
  const memory = number % 4 === 0 ? 'ram' : 'flash';
  const life = new TwinLife(randomStream(number, 'twin-life'), mutant, memory);
  const oracle = oracleKind.start({} as never) as TwinOracle;
  for (const entry of life.run()) oracle.step(entry);
  const plan = { devices: [{ id: 'rooms/1' }] } as Plan;
  const context = { plan, devices: [0], of: () => oracle } as unknown as LaneContext;
  const evidence = CHECKERS.map((checker) => ({ checker, ...checker.start(context).end() }));
  const { read, holds } = oracle.of(0);
  const last = holds.findLast(({ why }) => why === 'end');
  return [
    ...evidence.flatMap(({ checker, findings, obligations, decided }) => [
      ...findings.map(({ message }) => `${checker.kind}: ${message}`),
      ...(decided === obligations ? [] : [`${checker.kind}: something is undecided`]),
    ]),
    ...(oracle.misReported(0) ?? []).map(({ name }) => `${name} is not reported as it is`),
    ...(last === undefined ? ['it has no end'] : (oracle.amiss(0, last) ?? [])).map(
      (one) => `${JSON.stringify(one)} at the end`,
    ),
    ...(last?.version === read?.version ? [] : [`it has version ${last?.version} in the end`]),
  ];
}

it(`agrees with the platform on ${LIVES} lives`, { timeout: 300_000 }, () => {
  for (let number = 1; number <= LIVES; number++) {
    expect(wrongs(number, null), `life ${number}`).toEqual([]);
  }
});

const mutants = (await mutantFolder()).filter(
  ({ word, sits }) => word === 'twin' && sits === 'platform',
);

it.each(mutants.map((mutant) => [mutant.kind, mutant] as const))(
  'does not agree with a platform in which %s',
  (_, mutant) => {
    const found = Array.from({ length: 100 }, (_, number) => wrongs(number, mutant)).flat();
    expect(found).not.toEqual([]);
  },
);
