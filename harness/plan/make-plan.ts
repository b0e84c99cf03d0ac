/**
 * Scenario and seed in, a fully decided plan out: the order in which a plan is put together, each
 * part in a file of its own. Pure, no clock, no host. The scenario has been checked against the
 * same catalog (`#scenarios`), so names and windows are known to be good; problems told here are
 * those that only show when every device is named.
 */
import { type FaultKind, faultFamily } from '#chaos';
import { type DeviceModel, modelFamily } from '#devices';
import {
  assert,
  type Catalog,
  type Gear,
  PLAN_SCHEMA,
  type Plan,
  type Problem,
  phaseOf,
  sessionCount,
  type TargetPlan,
} from '#kernel';
import type { Scenario } from '#scenarios';
import { dialectKind } from '../dialects/dialect-choice.ts';
import { ailmentProblems, sensorProblems } from './ailment-problems.ts';
import {
  carriedProblems,
  countMessages,
  deviceProblems,
  messageProblems,
  numberProblems,
  sessionProblems,
} from './bounds.ts';
import { broughtProblems } from './brought-problems.ts';
import { busProblems } from './bus-problems.ts';
import { planCapabilities } from './capabilities.ts';
import { cleanSessionProblems } from './clean-sessions.ts';
import { clientIdProblems } from './client-ids.ts';
import { planCohorts, profilesOf } from './cohorts.ts';
import { knownIn } from './drawn-faults.ts';
import { expectationNotes, planExpectations } from './expectations.ts';
import { overlapProblems, planFaults } from './fault-windows.ts';
import { hiddenNotes } from './hidden-notes.ts';
import { lineProblems } from './line-problems.ts';
import {
  layLoadStreams,
  loadProblems,
  needsWith,
  type PlannedLoad,
  planLoad,
} from './load-entries.ts';
import { planLooks } from './looks.ts';
import { malfunctionProblems } from './malfunction-problems.ts';
import { mqtt5Problems } from './mqtt5-problems.ts';
import { notesOf } from './notes.ts';
import { planObservers } from './observers.ts';
import { planOperations, wishesOf } from './operations.ts';
import { packetProblems } from './packet-problems.ts';
import { partProblems } from './part-problems.ts';
import { planPhases } from './phases.ts';
import { planted, platformSeamProblems, seamProblems } from './planted.ts';
import { planProtocols, protocolProblems, takenOf } from './protocols.ts';
import { planProxy, proxyNotes } from './proxy-plan.ts';
import { besideNotes, qosProblems } from './qos-limit.ts';
import { requestProblems } from './request-problems.ts';
import { entryCounts, planEntry, planRoster } from './roster.ts';
import { planSettings } from './settings.ts';
import { sleepNotes } from './sleep-notes.ts';
import { proxyProblems, stateProblems } from './state-ties.ts';
import { layStrangers } from './strangers.ts';
import { strangerProblems } from './stream-problems.ts';
import { tapProblems } from './tap-problems.ts';
import { planTarget } from './target-plan.ts';
import { targetWords } from './target-words.ts';
import { topicProblems } from './topic-problems.ts';
import { yoursProblems } from './yours-problems.ts';

export interface PlanRequest {
  scenario: Scenario;
  sha256: string;
  file: string;
  seed: number;
  gear: Gear;
  /** Total number of devices instead of what the fleet says. */
  devices: number | null;
  mutant: string | null;
  plugins: { file: string; sha256: string }[];
  replay: string;
  /** The one with which the scenario was checked. */
  catalog: Catalog;
  /** What is in a file that the scenario names, for those that read any. */
  readFile?(name: string): Uint8Array | null;
}

export type PlanOutcome = { ok: true; plan: Plan } | { ok: false; problems: Problem[] };

export function makePlan(request: PlanRequest): PlanOutcome {
  const counts = entryCounts(request.scenario, request.devices);
  const total = counts.reduce((a, b) => a + b, 0);
  const { scenario, gear, catalog } = request;
  const { platform, firmware } = planted(request.mutant, catalog);
  const wish = { gear, mutant: platform };
  const { target, problems: amiss } = planTarget(scenario.target, wish, catalog);
  const problems = [...amiss, ...requestProblems(request), ...deviceProblems(total)];
  if (scenario.regions.length === 0) problems.push(noDevices);
  if (problems.length > 0) return { ok: false, problems };
  const { plan, problems: found } = layOut(request, counts, target, firmware);
  plan.target = takenOf(plan.target, plan.entries);
  layStrangers(plan, catalog);
  plan.bounds.messages = countMessages(plan);
  Object.assign(plan, planProxy(scenario.proxy));
  plan.notes.push(...proxyNotes(plan.proxy, gear));
  plan.notes.push(...expectationNotes(plan, catalog), ...sleepNotes(plan), ...hiddenNotes(plan));
  found.push(
    ...messageProblems(plan.bounds.messages),
    ...numberProblems(plan),
    ...strangerProblems(plan),
    ...sessionProblems(sessionCount(plan)),
    ...carriedProblems(plan),
    ...loadProblems(request, plan),
    ...busProblems(request, plan),
    ...partProblems(request, plan),
    ...ailmentProblems(request, plan),
    ...sensorProblems(request, plan),
    ...malfunctionProblems(request, plan),
    ...proxyProblems(request, plan),
    ...tapProblems(request, plan),
    ...clientIdProblems(plan),
    ...packetProblems(plan, catalog),
    ...yoursProblems(plan),
    ...mqtt5Problems(request, plan),
    ...broughtProblems(plan, catalog),
    ...cleanSessionProblems(plan, catalog),
    ...protocolProblems(request, plan),
  );
  return found.length > 0 ? { ok: false, problems: found } : { ok: true, plan };
}

/** What can go wrong, and inside the target. */
const faultyOf = (target: TargetPlan, catalog: Catalog) => ({
  target,
  kinds: catalog.of(faultFamily),
  models: knownIn(catalog),
  suffers: catalog.of(targetWords).get(target.kind)?.suffers ?? [],
});

/** Everything decided. */
function layOut(
  request: PlanRequest,
  counts: readonly number[],
  target: TargetPlan,
  firmware: string | null,
): { plan: Plan; problems: Problem[] } {
  const { scenario, seed, catalog, readFile = () => null } = request;
  const phases = planPhases(scenario);
  const models = scenario.fleet.map(({ model }) => modelOf(model, catalog));
  const entries = entriesOf(scenario, catalog);
  const spoken = planProtocols(entries, scenario.fleet, target, catalog);
  const { devices, ...roster } = planRoster({ scenario, seed, entries, models, counts });
  const [load, everybody] = withLoad(request, phases, target, { entries, devices });
  const on = faultyOf(target, catalog);
  const planned = planFaults({ scenario, seed, phases, ...everybody, ...on });
  const [{ faults }, { quantumMs }, wishes] = [planned, scenario.time, wishesOf(scenario, catalog)];
  const settable = planSettings(entries, scenario.fleet, models, catalog, kindsOf(wishes));
  const around = { seed, quantumMs, phases, entries, devices, faults, ...settable, readFile };
  const operations = planOperations(wishes, around, { target, catalog });
  const struck = faults.flatMap((one) => on.kinds.get(one.fault) ?? []);
  const capable = capabilitiesOf(request, { entries, load, operations, target, struck });
  const tied = stateProblems(request, { ...everybody, faults });
  const cohorts = cohortsOf(scenario, everybody, [...roster.networks, ...load.networks], faults);
  const plan: Plan = {
    schema: PLAN_SCHEMA,
    scenario: scenarioOf(request),
    seed,
    gear: request.gear,
    drainRule: 1,
    quantumMs,
    phases,
    target,
    ...everybody,
    firmware,
    workflows: operations.workflows,
    streams: capable.streams,
    ops: capable.ops,
    cohorts,
    faults: faults.sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1)),
    observers: watching({ ...around, ...everybody, streams: capable.streams, target }),
    gate: { at: phaseOf(phases, 'chaos').from, ...scenario.gate },
    expect: planExpectations(scenario, catalog),
    stopWhen: scenario.stopWhen,
    report: scenario.report,
    bounds: { durationMs: endOf(phases), messages: 0, devices: everybody.devices.length },
    ...{ plugins: request.plugins, ...hooksOf(scenario) },
    notes: [...notesFor(request, target, entries, capable), ...planned.notes, ...operations.notes],
    replay: request.replay,
  };
  const problems = [
    ...roster.problems.concat(spoken, planned.problems),
    ...overlapProblems({ scenario, kinds: on.kinds }, faults),
    ...operations.problems,
    ...settable.problems.concat(lineProblems(operations.opens, { entries, devices }, catalog)),
    ...capable.problems.concat(tied, topicProblems(operations.hears, target, catalog)),
    ...qosProblems({ entries, ...qosAsked(target, capable, catalog), placeOf: operations.placeOf }),
    ...bugProblems({ firmware, mutant: target.mutant }, entries, catalog),
  ];
  return { plan, problems };
}

/** The fleet, and behind it whoever something else acts as. */
function withLoad(
  { scenario, catalog }: Pick<PlanRequest, 'scenario' | 'catalog'>,
  phases: Plan['phases'],
  { kind }: TargetPlan,
  { entries, devices }: Pick<Plan, 'entries' | 'devices'>,
): [PlannedLoad, typeof everybody] {
  const hasApi = catalog.of(targetWords).get(kind)?.twin === true;
  const load = planLoad(scenario, phases, entries, hasApi);
  const everybody = {
    entries: [...entries, ...load.entries],
    devices: [...devices, ...load.devices],
  };
  return [load, everybody];
}

const qosAsked = (target: TargetPlan, { streams }: Pick<Plan, 'streams'>, catalog: Catalog) => ({
  target,
  streams,
  atMost: dialectKind(target, catalog).atMost,
});

const notesFor = (
  { scenario, catalog }: PlanRequest,
  target: TargetPlan,
  entries: Plan['entries'],
  capable: Pick<Plan, 'streams'>,
): string[] => [
  ...notesOf(scenario, target, entries, catalog),
  ...besideNotes(qosAsked(target, capable, catalog)),
];

interface Doing {
  entries: Plan['entries'];
  load: PlannedLoad;
  operations: ReturnType<typeof planOperations>;
  target: TargetPlan;
  struck: readonly FaultKind[];
}

function capabilitiesOf(
  { scenario, catalog }: PlanRequest,
  { entries, load, operations, target, struck }: Doing,
): ReturnType<typeof planCapabilities> {
  // Who speaks it needs parts for it, like who takes part in a workflow, or feels a fault.
  const spoken = dialectKind(target, catalog);
  const felt = struck.map(({ kind, parts = [] }) => ({ kind, parts }));
  const asked = { ...operations, kinds: [...operations.kinds, spoken, ...felt] };
  const needs = needsWith(load, asked);
  const capable = planCapabilities(entries, scenario.fleet, catalog, needs, target);
  layLoadStreams(load, capable.streams);
  return capable;
}

const cohortsOf = (
  scenario: Scenario,
  { entries, devices }: Pick<Plan, 'entries' | 'devices'>,
  networks: readonly (string | null)[],
  faults: Plan['faults'],
): Plan['cohorts'] => planCohorts(devices, networks, faults, profilesOf(scenario), entries);
const hooksOf = ({ hooks }: Scenario): Pick<Plan, 'hooks'> =>
  hooks === undefined ? {} : { hooks };

const bugProblems = (
  { firmware, mutant }: { firmware: string | null; mutant: string | null },
  entries: Plan['entries'],
  catalog: Catalog,
): Problem[] => [
  ...(firmware === null ? [] : seamProblems(firmware, entries, catalog)),
  ...(mutant === null ? [] : platformSeamProblems(mutant, catalog)),
];

const entriesOf = (scenario: Scenario, catalog: Catalog): Plan['entries'] =>
  scenario.fleet.map((entry) => planEntry(scenario, entry, modelOf(entry.model, catalog)));

const kindsOf = (wishes: ReturnType<typeof wishesOf>) => wishes.map(({ kind }) => kind);

const watching = (laid: Parameters<typeof planLooks>[0]): Plan['observers'] => ({
  ...planObservers(laid),
  looks: planLooks(laid),
});

/** What is not over by then hangs. */
const endOf = (phases: Plan['phases']): number => phaseOf(phases, 'drain').to + 30_000;

function scenarioOf({ scenario, sha256, file }: PlanRequest): Plan['scenario'] {
  const { name, about, tags } = scenario;
  return { name, about, sha256, tags, file };
}

function modelOf(kind: string, catalog: Catalog): DeviceModel {
  const model = catalog.of(modelFamily).get(kind);
  assert(model !== undefined, `the scenario was checked, and there is no model ${kind}`);
  return model;
}

const noDevices: Problem = {
  code: 'no-devices',
  path: 'topology.regions',
  message: 'the fleet has no device: no region has a site',
  hint: 'write at least one region, or leave topology out',
};
