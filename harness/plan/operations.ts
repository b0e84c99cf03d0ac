/**
 * What operators do, decided: each workflow that the scenario names resolves itself, and says which
 * streams it lays out and which parts its devices must have. `commands:` is the short form of the
 * workflow of that name.
 */
import { partFamily } from '#devices';
import {
  assert,
  type Catalog,
  type ParamValues,
  type Plan,
  type Problem,
  readParams,
  type StreamSpec,
  speaks5,
  type TargetPlan,
} from '#kernel';
import type { Scenario } from '#scenarios';
import { dialectFamily } from '../dialects/dialect-family.ts';
import { named } from '../workflows/guarded.ts';
import type { WorkflowContext, WorkflowDecision, WorkflowKind } from '../workflows/workflow.ts';
import { workflowFamily } from '../workflows/workflow-family.ts';
import { notSpoken } from './mqtt5-problems.ts';

export interface Operations {
  workflows: Plan['workflows'];
  kinds: readonly WorkflowKind[];
  streams: readonly StreamSpec[];
  /** Where the scenario asks for each of these streams. */
  placeOf: ReadonlyMap<string, string>;
  /** Channels that devices must be able to open, with the place of whoever asks for that. */
  opens: readonly Opens[];
  /** Topics that are heard whole, with the place of whoever does so. */
  hears: readonly Hears[];
  notes: readonly string[];
  problems: readonly Problem[];
}

export interface Opens {
  channel: string;
  devices: readonly number[];
  path: string;
}

export interface Hears {
  topic: string;
  path: string;
}

/** A workflow as the scenario asks for it. */
interface Wish {
  kind: WorkflowKind;
  params: ParamValues;
  /** Where it stands in the file. */
  path: string;
}

/** What a workflow may lean on. */
interface Around {
  target: TargetPlan;
  catalog: Catalog;
}

export function planOperations(
  wishes: readonly Wish[],
  context: WorkflowContext,
  around: Around,
): Operations {
  const taken = new Set<string>();
  const laid = new Map<string, string>();
  const own = new Map<string, string>();
  const decided = wishes.map(({ kind, params, path }) => {
    const decision = named(kind, 'resolve', () => kind.resolve(params, context));
    const told = below(path, decision.problems ?? []);
    const names = (decision.streams ?? []).map(({ name }) => name);
    const takes = decision.takes ?? [];
    const twice = [...laidTwice(names, laid, path), ...takenTwice(takes, own, path)];
    const problems = [...unmet(kind, path, around), ...told, ...twice];
    for (const name of names) laid.set(name, path);
    for (const one of takes) own.set(one, path);
    const session = unique(kind.session ?? kind.kind, taken);
    const opens = opensOf(decision, path);
    const hears = hearsOf(decision, path);
    const plants = decision.plants === undefined ? {} : { plants: decision.plants };
    const planned = { workflow: kind.kind, session, params, ...plants };
    return { decision, problems, opens, hears, planned };
  });
  const all = decided.map(({ planned, decision: { resolved } }) => ({ ...planned, resolved }));
  const beside = wishes.flatMap(({ kind, path }, at) =>
    below(path, named(kind, 'beside', () => kind.beside?.(all[at]?.resolved, all, context)) ?? []),
  );
  return {
    workflows: all,
    kinds: wishes.map(({ kind }) => kind),
    streams: decided.flatMap(({ decision }) => decision.streams ?? []),
    placeOf: laid,
    opens: decided.flatMap(({ opens }) => opens),
    hears: decided.flatMap(({ hears }) => hears),
    notes: decided.flatMap(({ decision }) => decision.notes ?? []),
    problems: [...decided.flatMap(({ problems }) => problems), ...beside],
  };
}

const below = (path: string, problems: readonly Problem[]): Problem[] =>
  problems.map((problem) => ({
    ...problem,
    // What is about the whole of it stands where it does.
    path: problem.path ? `${path}${problem.path.startsWith('[') ? '' : '.'}${problem.path}` : path,
  }));

const opensOf = ({ opens }: WorkflowDecision, path: string): Opens[] =>
  opens === undefined ? [] : [{ ...opens, path: `${path}.${opens.path}` }];

const hearsOf = ({ hears }: WorkflowDecision, path: string): Hears[] =>
  hears === undefined ? [] : [{ ...hears, path: `${path}.${hears.path}` }];

/** Two that lay out one stream would each send all of it, under the same names. */
function laidTwice(
  names: readonly string[],
  laid: ReadonlyMap<string, string>,
  path: string,
): Problem[] {
  return names.flatMap((name) => {
    const first = laid.get(name);
    if (first === undefined) return [];
    const message = `${path} lays out the stream ${name}, as ${first} does already`;
    return [{ code: 'twice', path, message, hint: 'keep one of the two' }];
  });
}

/** Two that number the same thing would be taken for one that repeats itself. */
function takenTwice(
  takes: readonly string[],
  own: ReadonlyMap<string, string>,
  path: string,
): Problem[] {
  return takes.flatMap((one) => {
    const first = own.get(one);
    if (first === undefined) return [];
    const message = `${path} takes ${one} for itself, as ${first} does already`;
    const hint = 'keep one of the two; what has a name may have another';
    return [{ code: 'twice', path, message, hint }];
  });
}

/** Whoever speaks a dialect may offer it, whatever the target. */
function portHint(port: string, { target, catalog }: Around): string {
  const dialects = [...catalog.of(dialectFamily).values()];
  const spoken = dialects.find(({ offers }) => offers?.includes(port) === true);
  const offered = `${target.name} offers ${target.offers.join(', ') || 'nothing'}`;
  return spoken === undefined || spoken.kind === target.dialect
    ? offered
    : `write dialect: ${spoken.kind} under target, or choose among these: ${offered}`;
}

/** What the workflow needs and this run does not have. */
function unmet(kind: WorkflowKind, path: string, { target, catalog }: Around): Problem[] {
  const { needs = [], parts = [] } = kind;
  const ports = needs.filter((port) => !target.offers.includes(port));
  const known = catalog.of(partFamily);
  return [
    ...(kind.mqtt === undefined || speaks5({ target })
      ? []
      : [notSpoken(path, `the workflow ${kind.kind} speaks MQTT 5`)]),
    ...ports.map((port) => ({
      code: 'no-port',
      path,
      message: `the workflow ${kind.kind} asks the target for ${port}, which it does not offer`,
      hint: portHint(port, { target, catalog }),
    })),
    ...parts
      .filter((part) => !known.has(part))
      .map((part) => ({
        code: 'no-part',
        path,
        message: `the workflow ${kind.kind} needs devices with the part ${part}, and there is none`,
        hint: 'name the file that brings it under plugins:',
      })),
  ];
}

export function wishesOf(scenario: Scenario, catalog: Catalog): Wish[] {
  const kinds = catalog.of(workflowFamily);
  const kindOf = (name: string): WorkflowKind => {
    const kind = kinds.get(name);
    assert(kind !== undefined, `the scenario was checked, and there is no workflow ${name}`);
    return kind;
  };
  const { commands } = scenario;
  const short: Wish[] =
    commands === null
      ? []
      : [
          {
            kind: kindOf('commands'),
            params: commandParams(commands),
            path: 'commands',
          },
        ];
  return [
    ...short,
    ...scenario.workflows.map(({ workflow, with: given, place: path }): Wish => {
      const kind = kindOf(workflow);
      const { values } = readParams(kind.params, given);
      return { kind, params: values, path };
    }),
  ];
}

const commandParams = (given: NonNullable<Scenario['commands']>): ParamValues => ({
  every: given.everyMs,
  to: given.share,
  qos: given.qos,
  ...(given.expiryS === undefined ? {} : { expiry: given.expiryS * 1000 }),
  ...(given.reply === true ? { reply: true } : {}),
});

/** Two of a kind act by sessions of their own. */
function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let k = 2; taken.has(free); k++) free = `${name}-${k}`;
  taken.add(free);
  return free;
}
