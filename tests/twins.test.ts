/**
 * The twin of the platform, the part of a device and the oracle agree on thousands of random lives
 * of a twin, with the checkers as judges; and with each bug planted in the service they do not.
 */
import { expect, it } from 'vitest';
import { type Mutant, type Plan, randomStream } from '#kernel';
import type { CheckerKind, LaneContext } from '../reports/checker.ts';
import templateKept from '../reports/checkers/template-kept.ts';
import templateStaged from '../reports/checkers/template-staged.ts';
import applied from '../reports/checkers/twin-applied.ts';
import kept from '../reports/checkers/twin-kept.ts';
import versions from '../reports/checkers/twin-versions.ts';
import { AskedTemplates, TemplateOracle } from '../twins/oracles/template.ts';
import type { TwinOracle } from '../twins/oracles/twin.ts';
import oracleKind from '../twins/oracles/twin.ts';
import { mutantFolder } from './planted.ts';
import { TwinLife } from './twin-histories.ts';

const LIVES = 5000;
const CHECKERS: readonly CheckerKind[] = [applied, kept, versions, templateKept, templateStaged];

/** What is wrong with a life; nothing is in an honest one. */
function wrongs(number: number, mutant: Mutant | null): string[] {
  const memory = number % 4 === 0 ? 'ram' : 'flash';
  const life = new TwinLife(randomStream(number, 'twin-life'), mutant, memory);
  const plan = { devices: [{ id: 'rooms/1' }], workflows: [{ workflow: 'template' }] } as Plan;
  const asked = new AskedTemplates();
  const template = new TemplateOracle(plan, asked);
  const oracle = oracleKind.start({ plan, of: () => template } as never) as TwinOracle;
  for (const entry of life.run()) {
    const { op }: { op: string } = entry;
    if (op.startsWith('twin/')) oracle.step(entry);
    else (op === 'template/read' || op === 'template/step' ? template : asked).step(entry);
  }
  const of = (kind: string) => (kind === 'template' ? template : oracle);
  const context = { plan, devices: [0], of } as unknown as LaneContext;
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
  ({ word, sits }) => ['twin', 'template'].includes(word ?? '') && sits === 'platform',
);
/** A share is a matter of many devices. */
const ALONE = mutants.filter(({ caughtBy }) => caughtBy !== 'template-shared');

it.each(ALONE.map((mutant) => [mutant.kind, mutant] as const))(
  'does not agree with a platform in which %s',
  (_, mutant) => {
    const found = Array.from({ length: 100 }, (_, number) => wrongs(number, mutant)).flat();
    expect(found).not.toEqual([]);
  },
);
