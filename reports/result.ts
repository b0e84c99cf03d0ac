/**
 * The result: one versioned document that says what was judged and why. Reporters draw nothing that
 * is not in here, and the exit code comes from here alone. What describes the host or the harness
 * is in environment.json instead, so that two sim runs of one plan agree in every byte of this.
 */
import type { CheckerVerdict, Gear, Verdict } from '#kernel';

export const RESULT_SCHEMA = 'twinstorm.result/1';

export interface Result {
  schema: typeof RESULT_SCHEMA;
  scenario: { name: string; about: string; sha256: string };
  seed: number;
  gear: Gear;
  target: { kind: string; name: string; mutant: string | null };
  /** How often the planted bug did its harm; null where nobody counted, absent without a bug. */
  mutantFired?: number | null;
  verdict: Verdict;
  exitCode: number;
  /** One sentence per reason, the weightiest first. */
  reasons: string[];
  devices: number;
  /** How many of them have no connection of their own; absent where all do. */
  carried?: number;
  messages: MessageCounts;
  phases: { name: string; from: number; to: number }[];
  /** Milliseconds, from the intended time to the observer. One row per phase, and `all`. */
  latency: LatencyRow[];
  checkers: CheckerResult[];
  faults: FaultResult[];
  series: Series[];
  coverage: { states: StateCoverage[]; transitions: { from: string; to: string; count: number }[] };
  /**
   * Known biases and limits of this run: pacing quantum, histogram resolution, undecided windows …
   */
  biases: string[];
  /** One per capability that the run had; absent where there was none. */
  chapters?: Chapter[];
  /** The ways of a few things, hop by hop; absent where nobody told any. */
  tracing?: Tracing;
  replay: string;
}

/** What is worth a look, and of a few of them all that happened. */
export interface Tracing {
  worth: TraceRow[];
  traces: Trace[];
}

/** A thing that stands out, by the id with which `twinstorm trace` tells of it. */
export interface TraceRow {
  id: string;
  why: string;
  /** Milliseconds: when it began, and how long it took; null where that says nothing. */
  at: number;
  took: number | null;
}

/** What led to a thing, itself and what it led to; times in milliseconds. */
export interface Trace {
  id: string;
  title: string;
  why: string;
  from: number;
  to: number;
  /** Causes, the nearest first, then itself, then effects. */
  things: TracedThing[];
  /** So many more led to it, or it to them. */
  left: number;
  /** So far the target's clock was ahead; the instants that it told are set right by it. */
  targetAhead: number;
}

export interface TracedThing {
  id: string;
  title: string;
  /** What it holds: the values of a reading, the condition of a rule; may be empty. */
  says: string;
  role: 'cause' | 'itself' | 'effect';
  /** What it was to the next one, such as `made it due`; empty for itself. */
  how: string;
  /** How many steps it is away. */
  depth: number;
  hops: TracedHop[];
  /** So many more, in the midst of them. */
  left: number;
}

export interface TracedHop {
  t: number;
  /** Since the one before; null for the first, and for what was found at the end. */
  since: number | null;
  /** What stands there: device, gateway, link, broker, store, rule, alarm … */
  where: string;
  who: string;
  /** The kind of step in a word or two: `sent`, `taken in`. */
  as: string;
  what: string;
  /** Faults that stood since the one before. */
  faults: string[];
  /** Found when all was over. */
  found: boolean;
  /** Nothing of its own, but why time passed. */
  aside: boolean;
  /** The instant is told by the target's clock. */
  byTarget: boolean;
}

/** How one capability fared; in forms that every reporter can show. */
export interface Chapter {
  id: string;
  title: string;
  /** One sentence: what came of it. */
  lead: string;
  figures: ChapterFigure[];
  /** Wholes and their parts. */
  wholes: { title: string; parts: { label: string; count: number; sense?: Sense }[] }[];
  /** How long things took. */
  spans: SpanRow[];
  series: Series[];
  tables: ChapterTable[];
  /** Wholes and their parts over the time of the run; absent where there is none. */
  courses?: ChapterCourse[];
}

/** What a part or a stretch means, by which it is coloured. */
export type Sense = (typeof SENSES)[number];
export const SENSES = ['rest', 'way', 'good', 'bad'] as const;

/** How many of a whole were in which part at each time, and what went on meanwhile. */
export interface ChapterCourse {
  title: string;
  /** What one is looking at, in a sentence. */
  about: string;
  /** From the top of the picture to its ground; all over the same instants. */
  parts: { sense: Sense; series: Series }[];
  /** Above it, row by row; the picture is marked where a stretch ended well or badly. */
  rows: CourseStretch[][];
}

export interface CourseStretch {
  from: number;
  to: number;
  /** What it is, from the longest text to the shortest: the first that fits is shown. */
  labels: string[];
  sense: Sense;
}

export type Unit = 'count' | 'ms' | 'bytes' | 'share';

export interface ChapterFigure {
  label: string;
  /** Null where there is none. */
  value: number | null;
  unit: Unit;
}

export interface ChapterTable {
  title: string;
  columns: { title: string; unit: Unit | 'text' }[];
  rows: (string | number | null)[][];
}

/** How long something took, each time; in milliseconds. */
export interface SpanRow {
  name: string;
  count: number;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
}

/** Every intended message is in exactly one of the first five classes. */
export interface MessageCounts {
  intended: number;
  delivered: number;
  lost: number;
  refused: number;
  notSent: number;
  info: number;
  /** Extra deliveries; counted apart. */
  duplicates: number;
}

export interface LatencyRow {
  phase: string;
  count: number;
  p50: number | null;
  p90: number | null;
  p99: number | null;
  p999: number | null;
  max: number | null;
}

export interface CheckerResult {
  id: string;
  /** The phase or fault it was asked for, where one kind can be asked for several; else empty. */
  label: string;
  title: string;
  /** The reference's ids: M1, H2 … */
  refs: string[];
  verdict: CheckerVerdict;
  /** Whether the scenario's `expect` names it. */
  expected: boolean;
  obligations: number;
  decided: number;
  undecided: number;
  /** One sentence: what was looked at and what came of it. */
  summary: string;
  findings: Finding[];
  /** All violations, also those beyond the listed ones. */
  findingCount: number;
}

export interface Finding {
  /**
   * A sentence a person can act on: "fridges/north-1/17, reading 214, acknowledged at 12.3 s, never
   * stored".
   */
  message: string;
  devices: string[];
  /** Milliseconds: the instant to look at. */
  at: number;
  /** The few events that contradict the promise, in order. */
  witness: WitnessEvent[];
  /** What led there, in order; absent where nobody keeps that. */
  story?: WitnessEvent[];
}

export interface WitnessEvent {
  t: number;
  /** Who: a device, `observer`, `target`, `operator`, `fault north-dark`. */
  who: string;
  what: string;
}

/** Whether a fault happened; null where nobody could tell. */
export interface Effect {
  effective: boolean | null;
  /** What was seen, in words and numbers. */
  evidence: string;
}

export interface FaultResult extends Effect {
  id: string;
  fault: string;
  /** How many devices it was aimed at. */
  targets: number;
  from: number;
  to: number;
  recovery: Recovery | null;
}

/** How the fleet came back; times in ms after the heal, null when it never did (or never left). */
export interface Recovery {
  /** Largest share of the targets offline at one time. */
  disconnectedShare: number;
  /** From injection to the first targeted device noticing. */
  detectMs: number | null;
  peakReconnectsPerSecond: number;
  to50Ms: number | null;
  to95Ms: number | null;
  to99Ms: number | null;
  to100Ms: number | null;
  /** Until the last message buffered during the fault was delivered. */
  backlogMs: number | null;
  /** Until p99 latency was back within tolerance of its steady value. */
  latencyMs: number | null;
}

export interface Series {
  /** `connected`, `connects`, `rate`, `p50`, `p90`, `p99`, `max`, `lost`, `duplicates` … */
  name: string;
  unit: string;
  /** Milliseconds. */
  t0: number;
  step: number;
  values: (number | null)[];
}

export interface StateCoverage {
  state: string;
  visits: number;
  devices: number;
  /** Visits during each fault, by fault id. */
  during: Record<string, number>;
}

/** What is true of the host and the harness, and so may differ between two runs of one plan. */
export interface Environment {
  schema: 'twinstorm.environment/1';
  tool: string;
  node: string;
  platform: string;
  cores: number;
  memoryMiB: number;
  openFiles: number | null;
  startedAt: string;
  /** When the run's own clock stood at zero, in the real gear; older files do not say. */
  zeroAt?: string | null;
  wallSeconds: number;
  /** The nonce in topics and client ids of the real gear. */
  run: string;
  /** Real components that took part, with versions where they tell. */
  components: { name: string; version: string; how: string }[];
  processes: { name: string; peakResidentMiB: number; cpuSeconds: number; worstLagMs: number }[];
  /**
   * How often the planted bug did its harm; null without a mutant, or when it could not be asked.
   */
  mutantFired: number | null;
  notes: string[];
}
