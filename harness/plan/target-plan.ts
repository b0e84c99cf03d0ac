/**
 * From what a scenario wrote of its target to what the plan says of it. What a kind of target is,
 * the kind says in its own file, in answers to a few questions (target-words.ts); the rest of the
 * house reads the answers in the plan and never asks for the kind.
 */
import {
  assert,
  type Catalog,
  type Gear,
  type Guarantees,
  knownHint,
  type Problem,
  parsePath,
  problemOf,
  readParams,
  type TargetPlan,
} from '#kernel';
import { serviceFamily } from '#platform';
import type { ScenarioTarget } from '#scenarios';
import { chooseDialect, dialectKind } from '../dialects/dialect-choice.ts';
import { versionProblems } from './mqtt5-problems.ts';
import { planPresence } from './presence-words.ts';
import { guaranteesOf, someGuaranteesOf } from './promises.ts';
import { planIntake } from './protocols.ts';
import { planStore } from './store-words.ts';
import {
  type BrokerWords,
  brokerWords,
  type TargetFacts,
  type TargetWords,
  targetWords,
} from './target-words.ts';

/** The names in it have been checked with the scenario. */
export function planTarget(
  written: ScenarioTarget,
  { gear, mutant }: { gear: Gear; mutant: string | null },
  catalog: Catalog,
): { target: TargetPlan; problems: Problem[] } {
  const kind = catalog.of(targetWords).get(written.kind);
  assert(kind !== undefined, `the scenario was checked, and there is no target ${written.kind}`);
  const brokers = catalog.of(brokerWords);
  const read = readParams(kind.params, written.with, parsePath(written.place));
  const { problems: spokenIll, offers: told, maxQos, ...spoken } = chooseDialect(written, catalog);
  const passesThrough = dialectKind(spoken, catalog).passesThrough === true;
  const services = servicesOf(catalog, passesThrough);
  const others = spokenIn(catalog);
  const facts = kind.plan({
    ...{ params: read.values, written, brokers, services },
    ...{ spoken: others, passesThrough },
  });
  const behind = planBehind(written, catalog);
  const offers = [...new Set([...kind.offers, ...(facts.offers ?? []), ...told, ...behind.offers])];
  const target = {
    kind: kind.kind,
    name: facts.name,
    params: facts.params,
    broker: facts.broker,
    ours: kind.ours,
    elsewhere: facts.elsewhere ?? behind.elsewhere,
    killable: facts.killable,
    issuesAccounts: kind.issuesAccounts,
    credentialsFile: written.credentials,
    clientId: written.clientId,
    topic: written.topic,
    payload: written.payload,
    ...spoken,
    ...(written.mqtt === undefined ? {} : { mqtt: written.mqtt }),
    hands: written.hands,
    ...behind.plan,
    guarantees: promised(kind, brokers.get(facts.broker ?? ''), written, maxQos),
    offers,
    keepsTelemetry: offers.includes('telemetry') || behind.plan.store !== undefined,
    mutant,
  };
  const flaws = read.flaws.map(problemOf);
  const { because } = brokers.get(facts.broker ?? '')?.promises.mqtt ?? kind.promises.mqtt;
  const version = versionProblems(written.mqtt, target.guarantees, { name: facts.name, because });
  const problems = [
    ...[...flaws, ...(facts.problems ?? []), ...spokenIll],
    ...[...version, ...behind.problems, ...strange(facts, brokers)],
  ];
  return { target, problems: [...problems, ...misuse(kind, gear, mutant)] };
}

/** What services of the twin speak; none where nobody knows of any. */
const spokenIn = (catalog: Catalog): string[] =>
  catalog.words(serviceFamily.family) === undefined
    ? []
    : [...catalog.of(serviceFamily).values()].flatMap(({ speaks }) => speaks ?? []);

/** Where it reads nothing, those of the platform twin remain that go by connections. */
function servicesOf(catalog: Catalog, passesThrough: boolean): string[] {
  const words = catalog.words(serviceFamily.family);
  if (words === undefined || !passesThrough) return [...(words?.keys() ?? [])];
  const all = [...catalog.of(serviceFamily).values()];
  return all.flatMap(({ kind, readsNothing }) => (readsNothing === true ? [kind] : []));
}

/** One that a word or a flag names, as `rabbitmq+mqtt://…` does, is nobody's to check before. */
function strange({ broker }: TargetFacts, brokers: ReadonlyMap<string, BrokerWords>): Problem[] {
  if (broker === null || brokers.has(broker)) return [];
  const message = `there is no broker '${broker}' whose promises are known`;
  return [{ code: 'broker', path: 'target', message, ...knownHint(broker, [...brokers.keys()]) }];
}

/** What the scenario says of the platform that stands behind it. */
function planBehind(written: ScenarioTarget, catalog: Catalog) {
  const { store, presence, namedHands } = written;
  const kept = store === undefined ? null : planStore(store, catalog);
  const asked = presence === undefined ? null : planPresence(presence);
  const { intake, problems: taken, ...led } = planIntake(written, catalog);
  return {
    plan: {
      ...(namedHands === undefined ? {} : { namedHands }),
      ...(kept === null ? {} : { store: kept.store }),
      ...(asked === null ? {} : { presence: asked.params }),
      ...(Object.keys(intake).length === 0 ? {} : { intake }),
    },
    offers: asked === null ? [] : ['presence'],
    elsewhere: kept?.elsewhere ?? asked?.elsewhere ?? led.elsewhere,
    problems: [...(kept?.problems ?? []), ...(asked?.problems ?? []), ...taken],
  };
}

/** The scenario's word goes before that of the dialect, the broker's next, and then the kind's. */
const promised = (
  kind: TargetWords,
  broker: BrokerWords | undefined,
  written: ScenarioTarget,
  maxQos: Guarantees['maxQos'] | undefined,
): Guarantees => ({
  ...guaranteesOf(kind.promises),
  ...someGuaranteesOf(broker?.promises ?? {}),
  ...(maxQos === undefined ? {} : { maxQos }),
  ...written.guarantees,
});

function misuse(kind: TargetWords, gear: Gear, mutant: string | null): Problem[] {
  const problems: Problem[] = [];
  if (gear === 'sim' && kind.twin !== true) {
    problems.push({
      code: 'gear',
      path: 'target',
      message: 'the sim gear has only the platform twin as its target',
      hint: 'run it with --gear real, or say target: embedded',
    });
  } else if (!kind.gears.includes(gear)) {
    problems.push({
      code: 'gear',
      path: 'target',
      message: `a target of the kind '${kind.kind}' does not stand in the ${gear} gear`,
      hint: `it says of itself that it stands in ${kind.gears.join(', ')}`,
    });
  }
  if (mutant !== null && !kind.takesMutants) {
    problems.push({
      code: 'mutant',
      path: 'target',
      message: `'${mutant}' is a bug of the platform twin, and can only be planted there`,
      hint: 'use target: embedded, or a mutant of the devices',
    });
  }
  return problems;
}
