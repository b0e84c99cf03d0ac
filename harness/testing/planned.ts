/**
 * TEST ONLY. Plans of small scenarios, by what of them differs: with the product's own plug-ins,
 * and one objective that counts from the end of a fault.
 */
import { faultFamily } from '#chaos';
import { modelFamily, partFamily } from '#devices';
import type { Catalog, Plan, Word } from '#kernel';
import { serviceFamily } from '#platform';
import { parseScenario } from '#scenarios';
import { catalogOf, wordsOf } from '../../scenarios/testing/words.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { codecFamily } from '../dialects/codec-family.ts';
import { dialectFamily } from '../dialects/dialect-family.ts';
import { protocolFamily } from '../fleet/protocol-family.ts';
import { makePlan, type PlanOutcome } from '../plan/make-plan.ts';
import { storeWords } from '../plan/store-words.ts';
import { brokerWords, targetWords } from '../plan/target-words.ts';
import { workflowFamily } from '../workflows/workflow-family.ts';

/** An objective that counts from the end of a fault. */
const BACK: Word = {
  kind: 'back',
  summary: 'They come back.',
  params: {
    soon: { kind: 'duration', about: 'How soon.', default: '2s', fromHealOf: 'since' },
    since: { kind: 'text', about: 'Id of the fault.', names: 'fault' },
  },
};

const plugins = await loadCatalog([
  modelFamily,
  partFamily,
  workflowFamily,
  faultFamily,
  targetWords,
  brokerWords,
  storeWords,
  dialectFamily,
  codecFamily,
  protocolFamily,
  serviceFamily,
]);
const judging = catalogOf({
  checker: [...wordsOf('no-acked-loss'), BACK],
  reporter: wordsOf('json'),
});

export const catalog: Catalog = {
  of: (family) => plugins.of(family),
  words: (family) => plugins.words(family) ?? judging.words(family),
};

export interface Wish {
  seed?: number;
  devices?: number | null;
  fleet?: readonly string[];
  chaos?: readonly string[];
  more?: readonly string[];
  topology?: string;
  time?: string;
  gear?: Plan['gear'];
}

export const ROOMS = '{ id: rooms, model: room-thermostat, count: 10, every: 1s }';
export const FRIDGES = '{ id: fridges, model: cold-chain-fridge, count: 6, per: site, every: 2s }';
export const DARK = '{ id: dark, at: chaos+1s, for: 2s, fault: partition, where: 40% }';
const REGIONS = 'topology: { regions: { north: { sites: 2 }, south: { sites: 1 } } }';

export function plan(wish: Wish = {}): PlanOutcome {
  const text = [
    'twinstorm: 1',
    'name: planned',
    'about: A scenario to plan.',
    `time: ${wish.time ?? '{ warmup: 4s, steady: 4s, chaos: 10s, settle: 4s, drain: 1s }'}`,
    wish.topology ?? REGIONS,
    'fleet:',
    ...(wish.fleet ?? [ROOMS, FRIDGES]).map((entry) => `  - ${entry}`),
    ...(wish.chaos === undefined ? [] : ['chaos:', ...wish.chaos.map((fault) => `  - ${fault}`)]),
    'report: [json]',
    ...(wish.more ?? []),
    '',
  ].join('\n');
  const parsed = parseScenario(text, 'planned.yaml', [], catalog);
  if (!parsed.ok) return { ok: false, problems: [...parsed.problems] };
  return makePlan({
    scenario: parsed.scenario,
    sha256: '',
    file: 'planned.yaml',
    seed: wish.seed ?? 7,
    gear: wish.gear ?? 'sim',
    devices: wish.devices ?? null,
    mutant: null,
    plugins: [],
    replay: '',
    catalog,
  });
}
