/**
 * What a person asked for, after reading: units are numbers, defaults are filled in, names are
 * still names. The shape of the file itself (keys, units, legal values) is in schema.ts; what the
 * names mean is decided by the plan.
 */
import type { Gear, Guarantees, HandPlan, HooksPlan, LinkProfile, Mqtt5Plan, Qos } from '#kernel';

export interface Scenario {
  name: string;
  about: string;
  tags: string[];
  seed: number | null;
  gear: Gear | null;
  time: {
    warmupMs: number;
    steadyMs: number;
    chaosMs: number;
    settleMs: number;
    drainMs: number;
    quantumMs: number;
  };
  target: ScenarioTarget;
  /** Null leaves it to the machine, as `auto` does. */
  proxy: ScenarioProxy | null;
  /** At least one; `default` with one site when the file names none. */
  regions: { name: string; sites: number; network: string | null }[];
  /** Profiles the file defines itself, beside the built-in ones. */
  networks: LinkProfile[];
  fleet: FleetEntry[];
  commands: {
    everyMs: number;
    share: number;
    qos: Qos;
    expiryS?: number;
    reply?: boolean;
  } | null;
  workflows: ScenarioWorkflow[];
  chaos: ScenarioFault[];
  gate: { connectedShare: number; deliveredShare: number };
  expect: Expectation[];
  stopWhen: {
    metric: 'connected' | 'lost' | 'p99';
    below: number | null;
    above: number | null;
    forMs: number;
  }[];
  report: string[];
  /** What k6 does beside the fleet. */
  load: ScenarioLoad[];
  /** Files of the user's own plug-ins, as written: relative to the scenario file. */
  plugins: string[];
  /** Shell commands around a run; absent where there are none. */
  hooks?: HooksPlan;
}

/** One form for every kind of target; what only one kind takes is under `with`. */
export interface ScenarioTarget {
  kind: string;
  /** Raw as written; the kind's own parameters decide what is legal. */
  with: Readonly<Record<string, unknown>>;
  /** Where the file writes these: for the places of problems. */
  place: 'target' | 'target.with';
  /** Names a broker whose promises hold where `guarantees` is silent. */
  broker: string | null;
  /** How it is spoken to; null leaves the choice to the dialects. */
  dialect: string | null;
  codec: string | null;
  topic: string | null;
  payload: string | null;
  clientId: string | null;
  /** File with a user and password for each device. */
  credentials: string | null;
  /** The version to speak to it, where that is not 3.1.1. */
  mqtt?: '5';
  hands: { kill: string; start: string } | null;
  /** Hands on pieces of its platform, by name. */
  namedHands?: Readonly<Record<string, HandPlan>>;
  /** Where its platform keeps what it took; raw as written, the kind of store decides. */
  store?: { kind: string; with: Readonly<Record<string, unknown>> };
  /** How its platform is asked who is online, raw as written. */
  presence?: Readonly<Record<string, unknown>>;
  /** Where it takes other protocols than MQTT, by the protocol, raw as written. */
  intake?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  guarantees: Partial<Guarantees>;
}

/** A kind, and what stands behind its colon; of `url` the address. */
export interface ScenarioProxy {
  kind: string;
  of: string | null;
}

export interface FleetEntry {
  /** Defaults to the model's name. */
  id: string;
  model: string;
  count: number;
  /** What `count` is counted per. */
  per: 'fleet' | 'region' | 'site' | 'gateway';
  /** Id of the entry whose devices carry its own; null where each has a connection. */
  via: string | null;
  /** Through whose devices they speak while those of `via` take nothing. */
  fallBack: { via: string; afterMs: number; holdMs: number } | null;
  /** Null: the model's own interval. */
  everyMs: number | null;
  qos: Qos;
  session: 'clean' | 'persistent';
  keepAliveS: number;
  will: boolean;
  retainStatus: boolean;
  health: 'signal' | 'real';
  /** Overrides the region's network. */
  network: string | null;
  buffer: { limit: number; drop: 'oldest' | 'newest' };
  backoff: { baseMs: number; capMs: number; jitter: 'full' | 'none' };
  sleep: { everyMs: number; awakeMs: number } | null;
  /** What they make of MQTT 5; absent where nothing is said of it. */
  mqtt5?: Mqtt5Plan;
  /** What they speak to the target, raw as written; absent where nothing is said of it. */
  protocol?: { kind: string; with: Readonly<Record<string, unknown>> };
  /** What its devices can do beside what they always can, raw as written. */
  parts: ScenarioPart[];
  /** Overrides of the model's typical parameter values, raw as written. */
  with: Readonly<Record<string, unknown>>;
}

export interface ScenarioPart {
  part: string;
  with: Readonly<Record<string, unknown>>;
}

export interface ScenarioFault {
  id: string;
  fault: string;
  /** Start relative to a phase's start ('run' = 0). */
  at: { phase: 'run' | 'warmup' | 'steady' | 'chaos' | 'settle'; offsetMs: number };
  /** From `at` on; of one that is tied to a state, all the time in which it may act. */
  forMs: number;
  tie: ScenarioTie | null;
  where: FaultWhere;
  /** Raw as written; the fault's own parameters decide what is legal. */
  with: Readonly<Record<string, unknown>>;
}

/** To what a device does; `key` is where the file says so. */
export interface ScenarioTie {
  key: 'while' | 'when';
  state: string;
  /** For which time the device enters it; null for each. */
  nth: number | null;
  /** How long it acts on a device at a time. */
  forMs: number;
}

/** All that is given must hold; an empty selector means everybody. */
export interface FaultWhere {
  region?: string;
  site?: string;
  entry?: string;
  model?: string;
  device?: string;
  share?: number;
}

/** What an operator does to the target, beside the short form `commands`. */
export interface ScenarioWorkflow {
  workflow: string;
  /** Raw as written; the workflow's own parameters decide what is legal. */
  with: Readonly<Record<string, unknown>>;
  /** Where it stands in the file, for the places of problems. */
  place: string;
}

/** A script of k6, and its users. */
export interface ScenarioLoad {
  id: string;
  /** Relative to the scenario's file. */
  script: string;
  vus: number;
  everyMs: number;
  qos: Qos;
  from: 'warmup' | 'steady';
  network: string | null;
  env: Readonly<Record<string, string>>;
  /** Where it stands in the file, for the places of problems. */
  place: string;
}

export interface Expectation {
  checker: string;
  /** Raw as written; the checker's own parameters decide what is legal. */
  with: Readonly<Record<string, unknown>>;
}
