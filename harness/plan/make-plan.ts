/**
 * Scenario and seed in, a fully decided plan out. Pure and total: no clock, no host, no throw.
 * Everything that can be known to be wrong before a run is known here, all of it at once.
 */
import type { FaultKind } from '#chaos';
import type { DeviceModel } from '#devices';
import {
  type DevicePlan,
  type EntryPlan,
  type ExpectPlan,
  type FaultPlan,
  formatDuration,
  type Gear,
  type LinkProfile,
  type ObserverPlan,
  type Params,
  type PhasePlan,
  PLAN_SCHEMA,
  type Plan,
  type Problem,
  plannedCount,
  type TargetPlan,
} from '#kernel';
import { type FleetEntry, NETWORKS, parseParams, type Scenario } from '#scenarios';
import { dialectProblems } from '../dialects/dialect-choice.ts';
import { planCohorts } from './cohorts.ts';
import { overlapProblems, planFaults, unknown } from './fault-windows.ts';
import { entryCounts, onGrid, overrideProblems, planEntry, planRoster } from './roster.ts';
import { planStreams, streamsOfEntry } from './streams.ts';
import { planTarget } from './target-plan.ts';

/**
 * The plug-ins a plan may name. Checkers come by their parameters alone: harness and reports never
 * meet.
 */
export interface Vocabulary {
  models: ReadonlyMap<string, DeviceModel>;
  faults: ReadonlyMap<string, FaultKind>;
  checkers: ReadonlyMap<string, { params: Params }>;
  reporters: readonly string[];
}

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
  vocabulary: Vocabulary;
}

export type PlanOutcome = { ok: true; plan: Plan } | { ok: false; problems: Problem[] };

/** Names the run cannot do without: bounds on what one plan may ask for. */
const DEVICES_MAX = 200_000;
const MESSAGES_MAX = 500_000_000;

export function makePlan(request: PlanRequest): PlanOutcome {
  const { scenario } = request;
  const problems: Problem[] = [...nameProblems(request)];
  const counts = entryCounts(scenario, request.devices);
  const total = counts.reduce((a, b) => a + b, 0);
  if (total > DEVICES_MAX) problems.push(tooMany(total));
  if (scenario.regions.length === 0) problems.push(noDevices());
  if (problems.length > 0) return { ok: false, problems };
  const { plan, problems: found } = layOut(request, counts);
  plan.bounds.messages = countMessages(plan);
  if (plan.bounds.messages > MESSAGES_MAX) found.push(tooMuch(plan.bounds.messages));
  return found.length > 0 ? { ok: false, problems: found } : { ok: true, plan };
}

/** Everything decided; names are known to be good. */
function layOut(
  request: PlanRequest,
  counts: readonly number[],
): { plan: Plan; problems: Problem[] } {
  const { scenario, seed, vocabulary } = request;
  const phases = planPhases(scenario);
  const models = scenario.fleet.map((entry) => vocabulary.models.get(entry.model) as DeviceModel);
  const entries = scenario.fleet.map((entry, i) =>
    planEntry(scenario, entry, models[i] as DeviceModel),
  );
  const { devices, networks } = planRoster({ scenario, seed, entries, models, counts });
  const target = planTarget(scenario.target, request.mutant);
  const kinds = vocabulary.faults;
  const planned = planFaults({ scenario, seed, phases, entries, devices, target, kinds });
  const { faults } = planned;
  const steadyFrom = phaseOf(phases, 'steady').from;
  const streams = planStreams({ scenario, seed, steadyFrom, devices, target });
  entries.forEach((entry, i) => {
    const names = streamsOfEntry(scenario, scenario.fleet[i] as FleetEntry);
    entry.streams = streams.filter(({ name }) => names.includes(name)).map(({ code }) => code);
  });
  const cohorts = planCohorts(devices, networks, faults, profilesOf(scenario));
  const expect = planExpectations(scenario, vocabulary, faults, phases);
  const { name, about, tags } = scenario;
  const plan: Plan = {
    schema: PLAN_SCHEMA,
    scenario: { name, about, sha256: request.sha256, tags, file: request.file },
    seed,
    gear: request.gear,
    drainRule: 1,
    quantumMs: scenario.time.quantumMs,
    phases,
    target,
    entries,
    devices,
    streams,
    ops: [],
    cohorts,
    faults: faults.sort((a, b) => a.from - b.from || (a.id < b.id ? -1 : 1)),
    observers: planObservers(entries, devices, faults, target),
    gate: { at: phaseOf(phases, 'chaos').from, ...scenario.gate },
    expect: expect.expectations,
    stopWhen: scenario.stopWhen,
    report: scenario.report,
    bounds: {
      durationMs: phaseOf(phases, 'drain').to + 30_000,
      messages: 0,
      devices: devices.length,
    },
    plugins: request.plugins,
    notes: notesOf(scenario, target),
    replay: request.replay,
  };
  const overlaps = overlapProblems(scenario, faults);
  return { plan, problems: [...planned.problems, ...overlaps, ...expect.problems] };
}

export function phaseOf(phases: readonly PhasePlan[], name: PhasePlan['name']): PhasePlan {
  return phases.find((phase) => phase.name === name) ?? { name, from: 0, to: 0 };
}

function planPhases(scenario: Scenario): PhasePlan[] {
  const { warmupMs, steadyMs, chaosMs, settleMs, drainMs } = scenario.time;
  const lengths: [PhasePlan['name'], number][] = [
    ['warmup', warmupMs],
    ['steady', steadyMs],
    ['chaos', chaosMs],
    ['settle', settleMs],
    ['drain', drainMs],
  ];
  let at = 0;
  return lengths.map(([name, length]) => {
    const from = at;
    at += length;
    return { name, from, to: at };
  });
}

function nameProblems(request: PlanRequest): Problem[] {
  const { scenario, vocabulary } = request;
  const problems: Problem[] = [];
  const profiles = profilesOf(scenario);
  const ids = new Set<string>();
  scenario.fleet.forEach((entry, index) => {
    const path = `fleet[${index}]`;
    const model = vocabulary.models.get(entry.model);
    if (model === undefined)
      problems.push(unknown('model', entry.model, vocabulary.models.keys(), `${path}.model`));
    else problems.push(...overrideProblems(entry, model, path));
    if (entry.network !== null && !profiles.has(entry.network)) {
      problems.push(unknown('network', entry.network, profiles.keys(), `${path}.network`));
    }
    if (ids.has(entry.id)) {
      problems.push({
        code: 'duplicate-id',
        path: `${path}.id`,
        message: `two fleet entries are called '${entry.id}'`,
        hint: 'give one of them an id of its own',
      });
    }
    ids.add(entry.id);
  });
  for (const region of scenario.regions) {
    if (region.network !== null && !profiles.has(region.network)) {
      const path = `topology.regions.${region.name}.network`;
      problems.push(unknown('network', region.network, profiles.keys(), path));
    }
  }
  scenario.report.forEach((name, index) => {
    if (!vocabulary.reporters.includes(name)) {
      problems.push(unknown('report', name, vocabulary.reporters, `report[${index}]`));
    }
  });
  if (scenario.target.kind === 'url') problems.push(...dialectProblems(scenario.target));
  if (request.gear === 'sim' && scenario.target.kind !== 'embedded') {
    problems.push({
      code: 'gear',
      path: 'target',
      message: 'the sim gear has only the platform twin as its target',
      hint: 'run it with --gear real, or say target: embedded',
    });
  }
  if (request.mutant !== null && scenario.target.kind !== 'embedded') {
    problems.push({
      code: 'mutant',
      path: 'target',
      message: 'a mutant can only be planted in the platform twin',
      hint: 'use target: embedded',
    });
  }
  if (request.devices !== null && request.devices < 1) {
    problems.push({ code: 'devices', message: '--devices must be at least 1' });
  }
  return problems;
}

function profilesOf(scenario: Scenario): Map<string, LinkProfile> {
  return new Map([...NETWORKS, ...scenario.networks].map((profile) => [profile.name, profile]));
}

function planExpectations(
  scenario: Scenario,
  vocabulary: Vocabulary,
  faults: readonly FaultPlan[],
  phases: readonly PhasePlan[],
): { expectations: ExpectPlan[]; problems: Problem[] } {
  const expectations: ExpectPlan[] = [];
  const problems: Problem[] = [];
  scenario.expect.forEach((wish, index) => {
    const path = `expect[${index}]`;
    const checker = vocabulary.checkers.get(wish.checker);
    if (checker === undefined) {
      problems.push(unknown('checker', wish.checker, vocabulary.checkers.keys(), path));
      return;
    }
    const parsed = parseParams(checker.params, wish.with, `${path}.${wish.checker}`);
    problems.push(...parsed.problems);
    for (const [name, param] of Object.entries(checker.params)) {
      const value = parsed.values[name];
      if (param.kind !== 'text' || param.names === undefined || typeof value !== 'string') continue;
      const legal = [
        ...(param.names === 'fault' ? [] : [...phases.map((phase) => phase.name as string), 'all']),
        ...(param.names === 'phase' ? [] : faults.map((fault) => fault.id)),
      ];
      if (!legal.includes(value)) {
        problems.push(
          unknown(param.names.replace(/-/g, ' '), value, legal, `${path}.${wish.checker}.${name}`),
        );
      }
    }
    expectations.push({ checker: wish.checker, params: parsed.values });
  });
  return { expectations, problems };
}

/** How long an observer may be kept from reading, in the worst case we plan for. */
const OBSERVER_STALL_MS = 5000;

function planObservers(
  entries: readonly EntryPlan[],
  devices: readonly DevicePlan[],
  faults: readonly FaultPlan[],
  target: TargetPlan,
): ObserverPlan {
  const backlog = new Map<number, number>();
  const outage = new Map<number, number>();
  for (const fault of faults) {
    for (const device of fault.devices) {
      outage.set(device, Math.max(outage.get(device) ?? 0, fault.to - fault.from));
    }
  }
  devices.forEach((device, index) => {
    const every = entries[device.entry]?.everyMs ?? 1000;
    const burst = (OBSERVER_STALL_MS + (outage.get(index) ?? 0)) / every;
    backlog.set(device.lane, (backlog.get(device.lane) ?? 0) + burst);
  });
  const worst = Math.ceil(Math.max(1, ...backlog.values()));
  const room = Math.floor((target.guarantees.queueLimit * 0.8) / worst);
  return {
    qos: target.guarantees.maxQos,
    lanesPerSession: Math.max(1, Math.min(16, room)),
    backlogSafe: room >= 1,
    worstBacklog: worst,
  };
}

/** Every message the plan intends; those that follow from what happens come on top. */
function countMessages(plan: Plan): number {
  let sum = 0;
  for (const stream of plan.streams) {
    for (let device = 0; device < plan.devices.length; device++) {
      sum += plannedCount(plan, stream, device);
    }
  }
  return sum;
}

function notesOf(scenario: Scenario, target: TargetPlan): string[] {
  const notes = [`intended times lie on a grid of ${formatDuration(scenario.time.quantumMs)}`];
  if (target.topic !== null && !target.topic.includes('{lane}')) {
    notes.push('the topic template has no {lane}: every shard reads all messages (full fan-in)');
  }
  return [...notes, ...movedOnGrid(scenario)];
}

/** What a person wrote and what is done instead. */
function movedOnGrid(scenario: Scenario): string[] {
  const { quantumMs } = scenario.time;
  const written: [string, number | null][] = [
    ...scenario.fleet.map(({ id, everyMs }): [string, number | null] => [`${id}: every`, everyMs]),
    ['commands: every', scenario.commands?.everyMs ?? null],
  ];
  return written.flatMap(([name, everyMs]) => {
    if (everyMs === null || onGrid(everyMs, quantumMs) === everyMs) return [];
    const used = formatDuration(onGrid(everyMs, quantumMs));
    return [`${name} ${formatDuration(everyMs)} lies beside that grid; ${used} is used`];
  });
}

const noDevices = (): Problem => ({
  code: 'no-devices',
  path: 'topology.regions',
  message: 'the fleet has no device: no region has a site',
  hint: 'write at least one region, or leave topology out',
});

function tooMany(total: number): Problem {
  return {
    code: 'too-many-devices',
    path: 'fleet',
    message: `${total} devices are more than one plan may have (${DEVICES_MAX})`,
  };
}

function tooMuch(messages: number): Problem {
  return {
    code: 'too-many-messages',
    path: 'fleet',
    message: `${messages} messages are more than one plan may intend`,
    hint: 'lengthen `every` or shorten `time`',
  };
}
