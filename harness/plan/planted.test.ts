/**
 * A bug of the platform is planned where the platform is ours, one of the devices anywhere; and a
 * bug in a place that nobody of this plan has is refused before anything starts.
 */
import { expect, it } from 'vitest';
import { faultFamily } from '#chaos';
import { defineDeviceMutant, modelFamily, partFamily } from '#devices';
import { type Catalog, type Family, mutantFamily, type Plugin, type Problem } from '#kernel';
import { parseScenario } from '#scenarios';
import { catalogOf, wordsOf } from '../../scenarios/testing/words.ts';
import { loadCatalog, PluginCatalog } from '../catalog/load-catalog.ts';
import { codecFamily } from '../dialects/codec-family.ts';
import { dialectFamily } from '../dialects/dialect-family.ts';
import { workflowFamily } from '../workflows/workflow-family.ts';
import { makePlan, type PlanOutcome } from './make-plan.ts';
import { brokerWords, targetWords } from './target-words.ts';

const FAMILIES: readonly Family[] = [
  modelFamily,
  partFamily,
  workflowFamily,
  faultFamily,
  mutantFamily,
  targetWords,
  brokerWords,
  dialectFamily,
  codecFamily,
];

const lost = defineDeviceMutant<{ nowhere?(): void }>({
  kind: 'status-lost',
  summary: 'plants a seam that no part has',
  word: 'status',
  caughtBy: 'no-acked-loss',
  scenario: 'hello-fleet',
  plant: () => ({ nowhere: () => {} }),
});

const known = await loadCatalog(FAMILIES);
const kinds = FAMILIES.map((family): [string, Map<string, Plugin>] => [
  family.family,
  new Map(known.of(family)),
]);
new Map(kinds).get('mutant')?.set(lost.kind, lost);
const plugins = new PluginCatalog(FAMILIES, new Map(kinds));
const judging = catalogOf({ checker: wordsOf('no-acked-loss'), reporter: wordsOf('json') });
const catalog: Catalog = {
  of: (family) => plugins.of(family),
  words: (family) => plugins.words(family) ?? judging.words(family),
};

function planned(mutant: string | null, target = 'embedded', retain = 'status'): PlanOutcome {
  const text = [
    'twinstorm: 1',
    'name: planted',
    `fleet: [{ model: room-thermostat, count: 2, retain: ${retain} }]`,
    `target: ${target}`,
    'report: [json]',
    '',
  ].join('\n');
  const parsed = parseScenario(text, 'planted.yaml', [], catalog);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  const { scenario } = parsed;
  const gear = target === 'embedded' ? 'sim' : 'real';
  const request = { scenario, sha256: '', file: '', seed: 1, gear, devices: null } as const;
  return makePlan({ ...request, mutant, plugins: [], replay: '', catalog });
}

const placed = (outcome: PlanOutcome): (string | null)[] | string =>
  outcome.ok ? [outcome.plan.target.mutant, outcome.plan.firmware] : 'refused';
const problemsOf = (outcome: PlanOutcome): readonly Problem[] =>
  outcome.ok ? [] : outcome.problems;

const OURS = 'telemetry-loses-acked-row';
const BUG = 'status-unretained';
const THEIRS = 'mqtt://127.0.0.1';

it('sits where it says', () => {
  expect(placed(planned(null))).toEqual([null, null]);
  expect(placed(planned(OURS))).toEqual([OURS, null]);
  expect(placed(planned(BUG))).toEqual([null, BUG]);
});

it('goes with any target when it sits in the devices, and with ours when in the platform', () => {
  expect(placed(planned(BUG, THEIRS))).toEqual([null, BUG]);
  expect(problemsOf(planned(OURS, THEIRS))).toEqual([
    {
      code: 'mutant',
      path: 'target',
      message: `'${OURS}' is a bug of the platform twin, and can only be planted there`,
      hint: 'use target: embedded, or a mutant of the devices',
    },
  ]);
});

it('is refused where no device has the seam', () => {
  expect(problemsOf(planned(BUG, 'embedded', 'none'))).toEqual([
    {
      code: 'mutant',
      path: 'fleet',
      message: `no device of this fleet has the seam 'retainStatus' of the mutant '${BUG}'`,
      hint: 'the seam is of the part status',
    },
  ]);
  expect(problemsOf(planned('status-lost'))[0]?.hint).toMatch(
    /^seams of devices: backOff, .*retainStatus/,
  );
});
