/**
 * What happened to the run as a whole: phases, fault windows, deaths of the target, stalls of ours,
 * blind spells of the observers, probes and final reads. It is gathered in a first pass over all
 * segments, so that every fold over a lane may ask about any instant, also a later one. Times are
 * microseconds, as in the ledger.
 */
import { type Damage, type FaultPlan, type Plan, reachesDevices } from '#kernel';
import type { Trouble } from './troubles.ts';

/** From `from` up to `to`; `to` is Infinity while open. */
export interface Span {
  from: number;
  to: number;
}

/** A fault as a whole, or as one device had it. */
export interface FaultWindow extends Span {
  id: string;
  plan: FaultPlan;
  /** Its injection is in the ledger. */
  injected: boolean;
  healed: boolean;
  /** It acts on the device's carrier, and so on all that the device sends and gets. */
  onCarrier?: true;
}

/** A process of ours stood still. */
export interface Stall extends Span {
  process: string;
  /** It was paused from outside. */
  outside: boolean;
}

/** An observer was away. */
export interface ObserverGap extends Span {
  /** Its session was there again afterwards, so the target owed it what came meanwhile. */
  kept: boolean;
}

export interface ProbeSighting {
  t: number;
  text: string;
  /** Microseconds since the question, or bytes per second for `rate`. */
  b: number;
}

/** Up to so late, and since it was told last, a tap met so many packets of a device. */
export interface TapSighting {
  t: number;
  device: number;
  count: number;
}

export interface HealthSample {
  t: number;
  process: string;
  lagUs: number;
}

/** What the final read of a lane brought. */
export interface LaneReads {
  /** Whether all of it came, by the word of what was read: `store`, `retained`, a service's own. */
  parts: ReadonlyMap<string, boolean>;
  /** When reading began; Infinity when nothing was read. */
  beganAt: number;
}

/** A look at the retained values of some lanes in the midst of the run; all of them were read. */
export interface Look extends Span {
  /** Index into the plan's. */
  look: number;
}

export interface SegmentFacts {
  name: string;
  lanes: readonly number[];
  /** It tells of devices that no shard leads; of its lanes others tell. */
  beside?: true;
  damage: readonly Damage[];
  /** It carries the digest of another plan. */
  strange: boolean;
  entries: number;
  lastAt: number;
  /** Whoever wrote it came to its end in good order. */
  closed: boolean;
}

/** A file among the segments that cannot even be opened. */
export interface Unreadable {
  name: string;
  why: string;
}

export interface Foreign {
  t: number;
  text: string;
  hash: number;
}

/** Why nothing is decided about what may lie in a hole of our own ledger. */
export const LEDGER_TORN = 'our own ledger is not whole';

export interface Timeline {
  phases: readonly (Span & { name: string })[];
  /** In the order of the plan. */
  faults: readonly FaultWindow[];
  /** From killed to accepting again. */
  downs: readonly Span[];
  target: readonly { t: number; text: string }[];
  /** What became of the hands of faults: taking, down, giving, up. */
  hands: readonly { t: number; text: string; fault: string }[];
  stalls: readonly Stall[];
  health: readonly HealthSample[];
  gate: { t: number; open: boolean; text: string } | null;
  /** What kept the fleet from standing until then, the most frequent first. */
  troubles: readonly Trouble[];
  halts: readonly { t: number; text: string }[];
  notes: readonly { t: number; text: string }[];
  /** Ends of processes of the target that nobody had asked for, each in a clause. */
  lost: readonly string[];
  /** Lists of the target that could not be read to their end, and why; each reason once. */
  unread: readonly { port: string; why: string }[];
  /** What the run broke off for; null where it did not. */
  brokeOff: { t: number; text: string } | null;
  /** How often the planted bug did its harm; null where nothing tells. */
  fired: number | null;
  /** By cohort. */
  probes: ReadonlyMap<number, readonly ProbeSighting[]>;
  /** What taps did to packets, by fault. */
  taps: ReadonlyMap<string, readonly TapSighting[]>;
  foreign: { count: number; examples: readonly Foreign[] };
  segments: readonly SegmentFacts[];
  unreadable: readonly Unreadable[];
  /** The harness's own segment: phases, faults, kills, probes; null when it is not there. */
  own: SegmentFacts | null;
  /** The ledger says what was granted, to anybody; ledgers of old say it of nobody. */
  tellsGrants: boolean;
  /**
   * Lanes with devices of which not everything is told: their segment has a hole or is missing, or
   * the harness's own, which concerns everybody. What is absent there may have happened.
   */
  damagedLanes: ReadonlySet<number>;
  /** Nothing is missing anywhere: what is absent from the ledger did not happen. */
  isWhole: boolean;
  /** When the devices stopped sampling. */
  samplingEnd: number;
  /** Last instant of the ledger. */
  end: number;
  gapsOf(lane: number): readonly ObserverGap[];
  readsOf(lane: number): LaneReads;
  /** Of this lane, in order; one that did not come to its end tells nothing. */
  looksOf(lane: number): readonly Look[];
  /**
   * When the faults that name this device or its carrier acted on it, in the order of the plan: a
   * window of its own for each time that the ledger tells of it, else the fault's as a whole.
   */
  faultsOn(device: number): readonly FaultWindow[];
  phase(name: string): Span | null;
}

export const overlaps = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;

/** Whether a hole in our own ledger may hide something of these devices; of none, of the run. */
export const isHidden = (timeline: Timeline, plan: Plan, devices: readonly number[]): boolean =>
  !timeline.isWhole &&
  (devices.length === 0 ||
    devices.some((device) => timeline.damagedLanes.has(plan.devices[device]?.lane ?? -1)));

/** When one fault acted on one device. */
export const windowsOn = (
  timeline: Timeline,
  { id }: { id: string },
  device: number,
): readonly FaultWindow[] => timeline.faultsOn(device).filter((window) => window.id === id);

/**
 * When one fault acted on the link of a cohort: one that is tied to a state acts on the links of
 * single devices, each of which has a cohort of its own.
 */
export function windowsOnLink(
  timeline: Timeline,
  { devices }: Pick<Plan, 'devices'>,
  fault: FaultWindow,
  cohort: number,
): readonly FaultWindow[] {
  const { acts, cohorts, tie, devices: targets } = fault.plan;
  const isOnTarget = acts === 'target' || acts === 'inside' || isCutBehind(fault.plan);
  if (!isOnTarget && !(acts === 'link' && cohorts.includes(cohort))) return [];
  if (tie === undefined) return [fault];
  const owner = targets.find((device) => devices[device]?.cohort === cohort);
  return owner === undefined ? [] : windowsOn(timeline, fault, owner);
}

/** Whether a fault on its link or power, or on its carrier's, acts somewhere in the span. */
export function isDisturbed(timeline: Timeline, device: number, span: Span): boolean {
  return timeline
    .faultsOn(device)
    .some((fault) => fault.injected && reachesDevices(fault.plan) && overlaps(fault, span));
}

const isCutBehind = (plan: FaultPlan): boolean => plan.acts === 'behind' && reachesDevices(plan);

/** Whether the target was killed or away somewhere in the span. */
export const isTargetDown = (timeline: Timeline, span: Span): boolean =>
  timeline.downs.some((down) => overlaps(down, span));
