/**
 * Lays out every fault: when it acts, on whom, with which values. What is impossible is said here,
 * with its place in the file, and never found out in the middle of a run.
 */
import { conflictsOf, type FaultKind } from '#chaos';
import {
  type DevicePlan,
  type EntryPlan,
  type FaultPlan,
  formatDuration,
  isSelected,
  knownHint,
  type PhasePlan,
  type Problem,
  type TargetPlan,
} from '#kernel';
import { type FaultWhere, parseParams, type Scenario, type ScenarioFault } from '#scenarios';

export interface FaultRequest {
  scenario: Scenario;
  seed: number;
  phases: readonly PhasePlan[];
  entries: readonly EntryPlan[];
  devices: readonly DevicePlan[];
  target: TargetPlan;
  kinds: ReadonlyMap<string, FaultKind>;
}

export function planFaults(request: FaultRequest): { faults: FaultPlan[]; problems: Problem[] } {
  const faults: FaultPlan[] = [];
  const problems: Problem[] = [];
  request.scenario.chaos.forEach((written, index) => {
    const path = `chaos[${index}]`;
    const kind = request.kinds.get(written.fault);
    if (kind === undefined) {
      problems.push(unknown('fault', written.fault, request.kinds.keys(), `${path}.fault`));
      return;
    }
    const parsed = parseParams(kind.params, written.with, `${path}.with`);
    const window = windowOf(written, request.phases);
    const found = [
      ...parsed.problems,
      ...windowProblems(written, window, request.phases, path),
      ...targetProblems(kind, written, request.target, path),
      ...selectorProblems(written.where, request, `${path}.where`),
    ];
    problems.push(...found);
    if (found.length > 0) return;
    const devices = selectDevices(written, request);
    if (devices.length === 0) {
      problems.push({
        code: 'nobody-selected',
        path: `${path}.where`,
        message: `${written.id} selects no device`,
        hint: 'widen `where`, or give the fleet more devices',
      });
      return;
    }
    const effect = kind.resolve(parsed.values);
    faults.push({
      id: written.id,
      fault: written.fault,
      ...window,
      acts: kind.acts,
      cohorts: [],
      devices,
      params: parsed.values,
      proof: effect.proof,
      toxics: effect.toxics,
      down: effect.down,
    });
  });
  return { faults, problems: [...problems, ...duplicateIds(request.scenario.chaos)] };
}

/** Faults that cannot act on one cohort at the same time; call when cohorts are known. */
export function overlapProblems(scenario: Scenario, faults: readonly FaultPlan[]): Problem[] {
  return conflictsOf(faults).map((conflict) => ({
    code: 'faults-overlap',
    path: `chaos[${Math.max(
      0,
      scenario.chaos.findIndex((fault) => fault.id === conflict.second),
    )}]`,
    message: conflict.message,
    hint: 'move one of them, or let them select different devices',
  }));
}

function windowOf(
  written: ScenarioFault,
  phases: readonly PhasePlan[],
): { from: number; to: number } {
  const start = phases.find((phase) => phase.name === written.at.phase)?.from ?? 0;
  const from = start + written.at.offsetMs;
  return { from, to: from + written.forMs };
}

function windowProblems(
  written: ScenarioFault,
  window: { from: number; to: number },
  phases: readonly PhasePlan[],
  path: string,
): Problem[] {
  const chaos = phases.find((phase) => phase.name === 'chaos');
  if (chaos === undefined) return [];
  if (window.from < chaos.from) {
    return [
      {
        code: 'fault-before-gate',
        path: `${path}.at`,
        message: `${written.id} starts at ${formatDuration(window.from)}, before the steady-state gate closes at ${formatDuration(chaos.from)}`,
        hint: 'let it start in the chaos phase: at: chaos+2s',
      },
    ];
  }
  if (window.to > chaos.to) {
    return [
      {
        code: 'fault-outside-run',
        path: `${path}.for`,
        message: `${written.id} ends at ${formatDuration(window.to)}, after the chaos phase ends at ${formatDuration(chaos.to)}`,
        hint: 'shorten `for`, start earlier, or lengthen time.chaos; recovery needs the time after it',
      },
    ];
  }
  return [];
}

function targetProblems(
  kind: FaultKind,
  written: ScenarioFault,
  target: TargetPlan,
  path: string,
): Problem[] {
  if (kind.acts !== 'target') return [];
  if (target.kind === 'url' && target.hands === null) {
    return [
      {
        code: 'no-hands',
        path: `${path}.fault`,
        message: `${written.id} must kill the target, but a url: target has no hands`,
        hint: 'give target.hands.kill and target.hands.start, or drop the fault',
      },
    ];
  }
  if (Object.keys(written.where).length === 0) return [];
  return [
    {
      code: 'target-selector',
      path: `${path}.where`,
      message: `${written.fault} acts on the target as a whole`,
      hint: 'remove `where`',
    },
  ];
}

function selectorProblems(where: FaultWhere, request: FaultRequest, path: string): Problem[] {
  const { devices, entries } = request;
  const check = (key: keyof FaultWhere, what: string, legal: Iterable<string>): Problem[] => {
    const given = where[key];
    const names = new Set(legal);
    if (typeof given !== 'string' || names.has(given)) return [];
    return [unknown(what, given, names, `${path}.${key}`)];
  };
  return [
    ...check(
      'region',
      'region',
      devices.map((device) => device.region),
    ),
    ...check(
      'site',
      'site',
      devices.map((device) => device.site),
    ),
    ...check(
      'entry',
      'fleet entry',
      entries.map((entry) => entry.id),
    ),
    ...check(
      'model',
      'model',
      entries.map((entry) => entry.model),
    ),
    ...check(
      'device',
      'device',
      devices.map((device) => device.id),
    ),
  ];
}

function selectDevices(written: ScenarioFault, request: FaultRequest): number[] {
  const { where, id } = written;
  const picked: number[] = [];
  request.devices.forEach((device, index) => {
    const entry = request.entries[device.entry];
    const fits =
      (where.region === undefined || where.region === device.region) &&
      (where.site === undefined || where.site === device.site) &&
      (where.entry === undefined || where.entry === entry?.id) &&
      (where.model === undefined || where.model === entry?.model) &&
      (where.device === undefined || where.device === device.id) &&
      (where.share === undefined || isSelected(request.seed, device.id, id, where.share));
    if (fits) picked.push(index);
  });
  return picked;
}

function duplicateIds(chaos: readonly ScenarioFault[]): Problem[] {
  return chaos.flatMap((fault, index) =>
    chaos.findIndex((other) => other.id === fault.id) === index
      ? []
      : [
          {
            code: 'duplicate-id',
            path: `chaos[${index}].id`,
            message: `two faults are called '${fault.id}'`,
            hint: 'give one of them another id',
          },
        ],
  );
}

/** An unknown name, with the nearest legal one. */
export function unknown(
  what: string,
  given: string,
  legal: Iterable<string>,
  path: string,
): Problem {
  return {
    code: `unknown-${what.replace(/ /g, '-')}`,
    path,
    message: `there is no ${what} '${given}'`,
    ...knownHint(given, legal),
  };
}
