/**
 * What the devices of each entry speak, and where the target takes it. A protocol without sessions
 * leaves nothing to send to and nothing to remember: whatever of the scenario needs that is an
 * error with its place, and never a run in which it silently does not happen.
 */
import { type PartKind, partFamily } from '#devices';
import {
  type Catalog,
  either,
  knownHint,
  type ParamValues,
  type Plan,
  type Problem,
  parsePath,
  problemOf,
  readParams,
  type StreamPlan,
  streamOf,
  type TargetPlan,
} from '#kernel';
import { serviceFamily } from '#platform';
import type { FleetEntry, Scenario, ScenarioTarget } from '#scenarios';
import type { ProtocolKind } from '../fleet/protocol.ts';
import { protocolFamily } from '../fleet/protocol-family.ts';
import { workflowFamily } from '../workflows/workflow-family.ts';
import { elsewhereOf } from './elsewhere.ts';
import { targetWords } from './target-words.ts';

const kindsIn = (catalog: Catalog): ReadonlyMap<string, ProtocolKind> =>
  catalog.words(protocolFamily.family) === undefined ? new Map() : catalog.of(protocolFamily);

/** Fills in the protocol of each entry. */
export function planProtocols(
  entries: Plan['entries'],
  fleet: readonly FleetEntry[],
  { kind: target }: Pick<TargetPlan, 'kind'>,
  catalog: Catalog,
): Problem[] {
  // Whoever is the broker passes on what came past it as well.
  const isTwin = catalog.of(targetWords).get(target)?.twin === true;
  const kinds = kindsIn(catalog);
  return entries.flatMap((entry, index) => {
    const written = fleet[index]?.protocol;
    if (written === undefined) return [];
    const path = `fleet[${index}].protocol`;
    const kind = kinds.get(written.kind);
    if (kind === undefined) {
      const message = `${path}: there is no protocol '${written.kind}'`;
      return [{ code: 'protocol', path, message, ...knownHint(written.kind, [...kinds.keys()]) }];
    }
    const place = [...(parsePath(path) ?? []), written.kind];
    const { values, flaws } = readParams(kind.params, written.with, place);
    const { channel = null, sessions, window = null } = kind;
    const watched = channel === null || isTwin;
    entry.protocol = { kind: kind.kind, params: values, channel, sessions, watched, window };
    return flaws.map(problemOf);
  });
}

/** A plan says where a protocol is taken that one of its devices speaks. */
export function takenOf(target: TargetPlan, entries: Plan['entries']): TargetPlan {
  const { intake, ...plain } = target;
  const spoken = entries.map(({ protocol }) => protocol?.kind);
  const used = Object.entries(intake ?? {}).filter(([kind]) => spoken.includes(kind));
  return used.length === 0 ? plain : { ...target, intake: Object.fromEntries(used) };
}

export interface PlannedIntake {
  intake: NonNullable<TargetPlan['intake']>;
  /** The first host of it that is not this machine. */
  elsewhere: string | null;
  problems: Problem[];
}

/** By protocol: as the scenario says, or for the twin as its services do. */
export function planIntake(written: ScenarioTarget, catalog: Catalog): PlannedIntake {
  const isTwin = catalog.of(targetWords).get(written.kind)?.twin === true;
  if (!isTwin) return intakeOf(written.intake ?? {}, catalog);
  const services = catalog.words(serviceFamily.family) === undefined ? [] : servicesIn(catalog);
  const own = Object.assign({}, ...services.map(({ intake }) => intake)) as TargetPlan['intake'];
  return { intake: own ?? {}, elsewhere: null, problems: [] };
}

const servicesIn = (catalog: Catalog) => [...catalog.of(serviceFamily).values()];

function intakeOf(written: NonNullable<ScenarioTarget['intake']>, catalog: Catalog): PlannedIntake {
  const kinds = kindsIn(catalog);
  const taken = [...kinds.values()].filter(({ intake }) => intake !== undefined);
  const intake: Record<string, ParamValues> = {};
  let elsewhere: string | null = null;
  const problems = Object.entries(written).flatMap(([name, given]): Problem[] => {
    const path = `target.intake.${name}`;
    const kind = kinds.get(name)?.intake;
    if (kind === undefined) {
      const message = `${path}: no target takes '${name}' beside MQTT`;
      return [
        {
          code: 'protocol',
          path,
          message,
          ...knownHint(
            name,
            taken.map((one) => one.kind),
          ),
        },
      ];
    }
    const { values, flaws } = readParams(kind.params, given, parsePath(path) ?? []);
    intake[name] = values;
    const found = flaws.length > 0 ? [] : (kind.problems?.(values) ?? []);
    if (flaws.length + found.length === 0) elsewhere ??= elsewhereOf(kind.url(values));
    return [
      ...flaws.map(problemOf),
      ...found.map(({ at, message, hint }) => ({
        code: 'protocol',
        path: `${path}.${at}`,
        message: `${path}.${at} ${message}`,
        ...(hint === undefined ? {} : { hint }),
      })),
    ];
  });
  return { intake, elsewhere, problems };
}

/** Told when every device is named and every stream is laid out. */
export function protocolProblems(
  { scenario, catalog }: { scenario: Pick<Scenario, 'fleet'>; catalog: Catalog },
  plan: Plan,
): Problem[] {
  return plan.entries.flatMap((entry, index): Problem[] => {
    const { protocol } = entry;
    if (protocol === undefined) return [];
    const path = `fleet[${index}].protocol`;
    const say = (at: string, message: string, hint: string): Problem => ({
      code: 'protocol',
      path: at,
      message,
      hint,
    });
    const own = scenario.fleet[index];
    const carried = own?.via ?? null;
    const amiss = [
      ...(carried === null
        ? []
        : [say(path, `${entry.id} goes via ${carried} and speaks to nobody else`, LEAVE_OUT)]),
      ...takenProblems(plan, entry, path, say),
    ];
    if (protocol.sessions) return amiss;
    const wanted = wantedParts(plan, own, catalog);
    return [
      ...amiss,
      ...sessionProblems(plan, entry, index, say),
      ...downProblems(plan, index, wanted, say),
    ];
  });
}

const LEAVE_OUT = 'leave it out, or say it of the entry that carries them';

type Say = (at: string, message: string, hint: string) => Problem;
type Entry = Plan['entries'][number];

function takenProblems({ target }: Plan, { id, protocol }: Entry, path: string, say: Say) {
  const { kind = '', channel = null } = protocol ?? {};
  if (channel === null || target.intake?.[kind] !== undefined) return [];
  const where = `nothing says where ${target.name} takes it`;
  const message = `the devices of ${id} speak ${kind}, and ${where}`;
  return [say(path, message, `say target.intake.${kind} of a target by url:, or use embedded`)];
}

/** What nobody can have who leaves nothing with the target. */
function sessionProblems(plan: Plan, entry: Entry, index: number, say: Say): Problem[] {
  const { protocol, session, will, retainStatus, carries, mqtt5 } = entry;
  const kind = protocol?.kind ?? '';
  const none = `${kind} has no sessions`;
  const of = (key: string, is: boolean, what: string): Problem[] => {
    const at = `fleet[${index}].${key}`;
    const hint = 'leave it out, or let these devices speak mqtt';
    return is ? [say(at, `${at}: ${none}, and so no ${what}`, hint)] : [];
  };
  return [
    ...of('session', session === 'persistent', 'session to be kept'),
    ...of('will', will, 'will'),
    ...of('retain', retainStatus, 'value that the target keeps for who comes later'),
    ...of('mqtt5', mqtt5 !== undefined, 'MQTT 5'),
    ...of('protocol', carries === true, 'way down to whom its devices carry'),
    ...storeProblems(plan, entry, say, `fleet[${index}].protocol`),
  ];
}

/** Parts that the entry asks for, or that a workflow needs its devices to have. */
function wantedParts(
  { workflows }: Plan,
  own: FleetEntry | undefined,
  catalog: Catalog,
): PartKind[] {
  const kinds = catalog.of(workflowFamily);
  const needed = workflows.flatMap(({ workflow }) => kinds.get(workflow)?.parts ?? []);
  const asked = (own?.parts ?? []).map(({ part }) => part);
  return [...new Set([...needed, ...asked])].flatMap(
    (name) => catalog.of(partFamily).get(name) ?? [],
  );
}

/** In rounds it is known who gets one; of anything else, who can. */
function downProblems(plan: Plan, index: number, wanted: readonly PartKind[], say: Say): Problem[] {
  const { id = '', streams = [], protocol } = plan.entries[index] ?? {};
  const wantedStreams = new Set(
    wanted.flatMap((part) => part.streams ?? []).map(({ name }) => name),
  );
  const isMeant = ({ way, schedule, name }: StreamPlan): boolean => {
    if (way !== 'down') return false;
    if (schedule.by !== 'rounds') return wantedStreams.has(name);
    return schedule.devices.some(({ device }) => plan.devices[device]?.entry === index);
  };
  const down = streams.flatMap((code) => streamOf(plan, code) ?? []).filter(isMeant);
  if (down.length === 0) return [];
  const names = either(down.map(({ name }) => name));
  const message = `${protocol?.kind} has no way down, and ${names} is for the devices of ${id}`;
  const hint = 'let them speak mqtt, or leave out the workflow or part that sends it';
  return [say(`fleet[${index}].protocol`, message, hint)];
}

/** Nobody sees what goes past the broker of a platform that is not ours, but its store. */
function storeProblems({ target, streams }: Plan, entry: Entry, say: Say, path: string) {
  if (entry.protocol?.watched !== false) return [];
  const sent = streams.filter(
    ({ code, way, schedule }) =>
      way === 'up' && schedule.by !== 'reply' && entry.streams.includes(code),
  );
  const unseen = sent.filter(({ arrives }) => arrives !== 'store').map(({ name }) => name);
  if (unseen.length === 0) return [];
  const message = `nobody sees what the devices of ${entry.id} send as ${either(unseen)}`;
  const hint =
    target.store === undefined
      ? 'say under target.store where the platform keeps it'
      : `name it under target.store.${target.store.kind}.streams`;
  return [say(path, message, hint)];
}
