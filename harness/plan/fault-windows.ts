/**
 * Lays out every fault: when it acts, on whom, with which values. What only the named devices and
 * the target show to be impossible is said here, and never found out in the middle of a run.
 */
import { conflictsOf, type FaultKind } from '#chaos';
import {
  assert,
  carriedBy,
  connectionsOf,
  type DevicePlan,
  type FaultPlan,
  isCarried,
  isOfLoad,
  isSelected,
  noSuch,
  type PhasePlan,
  type Problem,
  parsePath,
  problemOf,
  readParams,
  sayShare,
  type TargetPlan,
} from '#kernel';
import type { Scenario, ScenarioFault } from '#scenarios';
import { type DrawnFrom, drawFaults, drawProblems } from './drawn-faults.ts';
import { tieOf, untiedProblems } from './state-ties.ts';

export interface FaultRequest extends DrawnFrom {
  scenario: Scenario;
  phases: readonly PhasePlan[];
  target: TargetPlan;
  /** The troubles that its target can be given. */
  suffers: readonly string[];
}

export interface PlannedFaults {
  faults: FaultPlan[];
  problems: Problem[];
  /** What a person should know: of how many a share takes how many. */
  notes: string[];
}

export function planFaults(request: FaultRequest): PlannedFaults {
  const faults: FaultPlan[] = [];
  const notes: string[] = [];
  const problems: Problem[] = [];
  request.scenario.chaos.forEach((written, index) => {
    const path = `chaos[${index}]`;
    const kind = request.kinds.get(written.fault);
    assert(kind !== undefined, `the scenario was checked, and there is no fault ${written.fault}`);
    const selected = actable(kind, written, selectDevices(written, request), request);
    const devices = targetsOf(kind, selected, request);
    const found = [
      ...targetProblems(kind, written, request, path),
      ...untiedProblems(kind, written, request.kinds, path),
      ...(devices.length === 0 ? nobodySelected(kind, written, request.devices, path) : []),
    ];
    problems.push(...found);
    if (found.length > 0) return;
    notes.push(...shareNotes(written, request, selected.length));
    const { values } = readParams(kind.params, written.with);
    if (kind.draw !== undefined) {
      const drawing = { kind, id: written.id, params: values, devices };
      problems.push(...drawProblems(drawing, request, path));
      faults.push(...drawFaults({ ...drawing, ...windowOf(written, request.phases) }, request));
      return;
    }
    const effect = kind.resolve(values);
    faults.push({
      id: written.id,
      fault: written.fault,
      ...windowOf(written, request.phases),
      acts: kind.acts,
      cohorts: [],
      devices,
      params: values,
      proof: effect.proof,
      toxics: effect.toxics,
      down: effect.down,
      ...(effect.packets === undefined ? {} : { packets: effect.packets }),
      ...(effect.bus === undefined ? {} : { bus: effect.bus }),
      ...(effect.part === undefined ? {} : { part: effect.part }),
      ...(effect.inside === undefined ? {} : { inside: effect.inside }),
      ...(written.tie === null ? {} : { tie: tieOf(written.tie, kind) }),
    });
  });
  return { faults, problems, notes };
}

/** Of whoever something else acts as nothing is ours but the way to the target. */
function actable(
  { acts }: FaultKind,
  { tie }: ScenarioFault,
  selected: readonly number[],
  request: FaultRequest,
): readonly number[] {
  const isOnWay = acts === 'link' || acts === 'target' || acts === 'inside';
  return isOnWay && tie === null ? selected : selected.filter((one) => !isOfLoad(request, one));
}

/** On whom a fault acts of those that are selected: a gateway stands for its bus. */
function targetsOf(
  { acts }: FaultKind,
  selected: readonly number[],
  request: FaultRequest,
): number[] {
  if (acts === 'link') return connectionsOf(request, selected);
  if (acts !== 'bus') return [...selected];
  const behind = selected.flatMap((device) => [device, ...carriedBy(request, device)]);
  return [...new Set(behind)].filter((one) => isCarried(request, one)).sort((a, b) => a - b);
}

/** A share is the chance of each device by itself, so that one device more changes no other's. */
function shareNotes(written: ScenarioFault, request: FaultRequest, count: number): string[] {
  const { share, ...others } = written.where;
  if (share === undefined) return [];
  const all = selectDevices({ ...written, where: others }, request).length;
  const what = `where ${sayShare(share)} of ${all} devices selects ${count}`;
  return [`${written.id}: ${what}, since each is drawn by itself`];
}

/** Faults that cannot act on one cohort at the same time; call when cohorts are known. */
export function overlapProblems(
  { scenario, kinds }: Pick<FaultRequest, 'scenario' | 'kinds'>,
  faults: readonly FaultPlan[],
): Problem[] {
  const isAdditive = (kind: string): boolean => kinds.get(kind)?.additive === true;
  return conflictsOf(faults, isAdditive).map((conflict) => ({
    code: 'faults-overlap',
    path: `chaos[${Math.max(
      0,
      scenario.chaos.findIndex((fault) => fault.id === conflict.second),
    )}]`,
    message: conflict.message,
    hint: 'let one begin when the other ends, or let them select different devices',
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

function targetProblems(
  kind: FaultKind,
  written: ScenarioFault,
  { suffers, target }: FaultRequest,
  path: string,
): Problem[] {
  if (kind.acts === 'behind') {
    const stranger = handProblem(written, target, path);
    if (stranger !== null) return [stranger];
  } else if (kind.acts !== 'target' && kind.acts !== 'inside') return [];
  if (kind.acts === 'inside') {
    const { inside = {} } = kind.resolve(readParams(kind.params, written.with).values);
    const asked = Object.keys(inside).filter((name) => !suffers.includes(name));
    if (asked.length > 0) return [cannotSuffer(kind, target, path)];
  }
  if (kind.acts === 'target' && !target.killable) {
    return [
      {
        code: 'no-hands',
        path: `${path}.fault`,
        message: `${written.id} must kill the target, but a ${target.kind}: target has no hands`,
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

/** Which hands there are is known to the scenario alone. */
function handProblem(
  { id, with: given }: ScenarioFault,
  { kind, namedHands = {} }: TargetPlan,
  path: string,
): Problem | null {
  const names = Object.keys(namedHands);
  if (names.includes(String(given.hand))) return null;
  const none = `${id} must use a hand, and a ${kind}: target has none that is named`;
  const hint =
    names.length === 0
      ? 'give target.hands one by its name: { do, undo, proof }'
      : `known: ${names.join(', ')}`;
  const message = names.length === 0 ? none : `${id} names no hand of the target`;
  return { code: 'no-hands', path: `${path}.with`, message, hint };
}

const cannotSuffer = (kind: FaultKind, target: TargetPlan, path: string): Problem => ({
  code: 'no-hands',
  path: `${path}.fault`,
  message: `${kind.kind} acts inside the target, and nobody can do that to ${target.name}`,
  hint: 'use target: embedded, or drop the fault; pause also goes with process:BIN',
});

/** Which device a name means is known only now, when every device has one. */
function nobodySelected(
  { acts }: FaultKind,
  { id, where }: ScenarioFault,
  devices: readonly DevicePlan[],
  path: string,
): Problem[] {
  const onBus = acts === 'bus';
  const message = onBus ? `${id} selects nobody behind a gateway` : `${id} selects no device`;
  const hint = onBus
    ? 'select devices with `via`, or the gateways themselves'
    : 'widen `where`, or give the fleet more devices';
  const nobody: Problem = { code: 'nobody-selected', path: `${path}.where`, message, hint };
  if (where.device === undefined) return [nobody];
  const names = devices.map((device) => device.id);
  const at = [...(parsePath(path) ?? []), 'where', 'device'];
  const [stranger] = noSuch('device', where.device, names, at);
  return [stranger === undefined ? nobody : problemOf(stranger)];
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
