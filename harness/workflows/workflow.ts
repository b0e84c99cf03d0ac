/**
 * A workflow is what an operator does to a platform: command its devices, change their twins, roll
 * out firmware. One file per kind. `resolve` is pure and decides everything when the plan is made;
 * `start` runs it, in each shard for the devices of its lanes.
 */
import type { CommandSpec, DeviceModel, Setting } from '#devices';
import {
  type ArtefactKind,
  type DeclaredOp,
  type DevicePlan,
  type EntryPlan,
  type FaultPlan,
  type FieldForm,
  type Params,
  type ParamValues,
  type PhasePlan,
  type Plan,
  type Problem,
  type StreamPlan,
  type StreamSpec,
  stamp,
} from '#kernel';
import type { ObserverPorts } from '../watch/observer.ts';
import type { Query, TargetPorts } from '../watch/target-ports.ts';
import type { Webhooks } from '../wire/webhooks.ts';
import type { ValuesOf } from './rounds.ts';

/** What is known when a workflow is decided. */
export interface WorkflowContext {
  seed: number;
  quantumMs: number;
  phases: readonly PhasePlan[];
  entries: readonly EntryPlan[];
  devices: readonly DevicePlan[];
  faults: readonly FaultPlan[];
  /** By entry, what of its devices can be set: by their model, or by a part of theirs. */
  settings: readonly (readonly Setting[])[];
  /** By entry, the commands of its model. */
  commands: readonly Readonly<Record<string, CommandSpec>>[];
  /** By entry, the signals that its readings tell as values; none where a part rewords them. */
  signals: readonly (readonly string[])[];
  /** By entry, the artefacts that a part of its devices goes by. */
  uses: readonly (readonly ArtefactKind[])[];
  /** By entry, what it sets of each part of its devices, by the part's name. */
  partParams: readonly Readonly<Record<string, ParamValues>>[];
  /** What is in a file that the scenario names; null where it cannot be read, or none can be. */
  readFile?(name: string): Uint8Array | null;
}

/** What a workflow makes of its parameters. */
export interface WorkflowDecision {
  /** Goes into the plan as it is, and to `start`: JSON. */
  resolved: unknown;
  /** Streams of its own, or the schedule of one that a part brings. */
  streams?: readonly StreamSpec[];
  /**
   * Devices that must be able to open a channel for it, and the parameter that names them: who is
   * carried needs a carrier that answers it.
   */
  opens?: { channel: string; devices: readonly number[]; path: string };
  /**
   * It hears whatever comes on a topic and on all below it, and the parameter that names it: what
   * the fleet says and hears has no place there.
   */
  hears?: { topic: string; path: string };
  /** What it speaks of by numbers of its own, so that no other workflow may: two would be one. */
  takes?: readonly string[];
  /**
   * What it plants on purpose, in a word: a run in which that met nobody has shown nothing of it,
   * and a checker of its own must say so.
   */
  plants?: string;
  /** What a person should know before running. */
  notes?: readonly string[];
  /** With paths below the workflow's own. */
  problems?: readonly Problem[];
}

export interface WorkflowPorts extends ObserverPorts {
  models: ReadonlyMap<string, DeviceModel>;
  /** Number of the shard; what must be done once for the whole fleet is done by shard 0. */
  shard: number;
  lanes: ReadonlySet<number>;
  /** What the plan calls the session by which it acts, in this shard. */
  session: string;
  /** What the target can be asked and told beside MQTT. */
  target: TargetPorts;
  /** Where the target can call us. */
  webhooks: Webhooks;
  /** Text for whoever watches the run. */
  say(text: string): void;
  /** Sends a stream that goes down in rounds, as the plan has laid it out. */
  rounds(stream: string, valuesOf: ValuesOf): Workflow;
  /**
   * Hands over a list of the target page by page, the port's own or one `below` it; false when it
   * could not be had whole.
   */
  readList<Row>(
    port: string,
    query: Query,
    take: (rows: readonly Row[]) => void,
    below?: string,
  ): Promise<boolean>;
  /** When nothing new is to be begun any more. */
  endMs: number;
}

/** A message of a device as it came by, and what it tells where that can be read. */
export interface SeenMessage {
  device: number;
  stream: StreamPlan;
  n: number;
  values(): Readonly<Record<string, unknown>>;
}

/** A workflow under way. */
export interface Workflow {
  /** What must stand before anything begins; nobody connects before it is fulfilled. */
  ready?(): Promise<void>;
  /** Why it is not ready yet; null where nothing is in its way. */
  trouble?(): string | null;
  /** Begins nothing new; what waits may still go. */
  stop(): void;
  /** An observer was handed a message that a device sends up; it may have been before. */
  seen?(message: SeenMessage): void;
  /** Writes down what was due before `untilMs` and did not happen. */
  account(untilMs: number): void;
  /** Reads back, at the end of the run, what the target made of it. */
  readBack?(): Promise<void>;
  end(): Promise<void>;
}

export interface WorkflowKind {
  kind: string;
  summary: string;
  params: Params;
  /** What it writes into the ledger, by op. */
  ops?: Readonly<Record<DeclaredOp, Readonly<Record<string, FieldForm>>>>;
  /** Ports that a target must offer. */
  needs?: readonly string[];
  /** Words of capabilities that it puts to work beside its own and those that it needs. */
  wakes?: readonly string[];
  /** It speaks this version of MQTT and no lower one. */
  mqtt?: '5';
  /** Parts that every device must have. */
  parts?: readonly string[];
  /** Name of its sessions on the target; its kind when left out. */
  session?: string;
  resolve(params: ParamValues, context: WorkflowContext): WorkflowDecision;
  /**
   * What is wrong with what it decided beside all that the scenario asks for, itself with it; with
   * paths below its own.
   */
  beside?(resolved: unknown, all: readonly Decided[], context: WorkflowContext): Problem[];
  start(ports: WorkflowPorts, resolved: unknown): Workflow;
}

export const defineWorkflow = (workflow: WorkflowKind): WorkflowKind => stamp('workflow', workflow);

/** A workflow of the scenario, and what it decided. */
export interface Decided {
  workflow: string;
  resolved: unknown;
}

/** How the plan carries one. */
export type WorkflowPlan = Plan['workflows'][number];
