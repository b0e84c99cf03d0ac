/**
 * A plan is a scenario with everything decided: every device by name, every fault window, every
 * bound. It is saved as plan.json before anything starts, and together with the ledger it is all
 * that judging needs, later and elsewhere. Its form is versioned; schedules are rules, so a plan
 * grows with devices and not with messages.
 */
import type { OpPlan } from '../ledger/layout.ts';
import type { PacketTrouble } from '../links/packets.ts';
import type { ProxyPlan } from '../links/proxy.ts';
import type { RadioRule } from '../links/radio.ts';
import type { LoadPlan } from '../load/load-plan.ts';
import type { Malfunction } from '../malfunctions/malfunction.ts';
import type { Mqtt5Plan } from '../mqtt5/mqtt5.ts';
import type { ParamValues } from '../plugins/params.ts';
import type { ProtocolPlan } from '../protocols/protocol.ts';
import type { Guarantees } from './guarantees.ts';
import type { StateTie } from './state-tie.ts';
import type { StreamPlan } from './streams.ts';
import type { HandPlan, HooksPlan, StorePlan } from './yours.ts';

export type Gear = 'sim' | 'real';
export type Qos = 0 | 1 | 2;

export const PLAN_SCHEMA = 'twinstorm.plan/1';

export interface Plan {
  schema: typeof PLAN_SCHEMA;
  scenario: { name: string; about: string; sha256: string; tags: string[]; file: string };
  seed: number;
  gear: Gear;
  /**
   * Version of the sim clock's draining rule: another rule gives another, equally stable, history.
   */
  drainRule: 1;
  /** Intended times lie on this grid. */
  quantumMs: number;
  phases: PhasePlan[];
  target: TargetPlan;
  /** Absent where the machine decides what links run through. */
  proxy?: ProxyPlan;
  entries: EntryPlan[];
  devices: DevicePlan[];
  /** The planted bug of the devices; one of the platform twin is the target's. */
  firmware: string | null;
  /** What operators do, decided: `session` names theirs on the target. */
  workflows: {
    workflow: string;
    session: string;
    /** Plans of old have none. */
    params?: ParamValues;
    resolved: unknown;
    /** What it plants, in a word, that somebody must meet; left out where it plants nothing. */
    plants?: string;
  }[];
  /** In the order of their codes. */
  streams: StreamPlan[];
  /** Ledger ops that capabilities declare. */
  ops: OpPlan[];
  cohorts: CohortPlan[];
  faults: FaultPlan[];
  observers: ObserverPlan;
  gate: GatePlan;
  expect: ExpectPlan[];
  stopWhen: StopWhenPlan[];
  report: string[];
  /** Bounds of the run: it ends there, whatever happens. */
  bounds: { durationMs: number; messages: number; devices: number };
  plugins: { file: string; sha256: string }[];
  /** Commands around the run; absent where there are none. */
  hooks?: HooksPlan;
  /** What a person should know before running: full fan-in, rounding and the like. */
  notes: string[];
  /** The command that runs this again, without paths of the machine. */
  replay: string;
}

/** warmup → steady → chaos → settle → drain. Publishing ends where `drain` begins. */
export interface PhasePlan {
  name: 'warmup' | 'steady' | 'chaos' | 'settle' | 'drain';
  from: number;
  to: number;
}

export interface TargetPlan {
  /** The word of its kind, for people and the catalog: what it can do is said below. */
  kind: string;
  name: string;
  /** What its kind takes, read. There is never a secret among it. */
  params: ParamValues;
  /** The broker by whose promises and recipe it goes, where one is known. */
  broker: string | null;
  /** Started for this run and ended with it. Where it is not, no trace of us may stay behind. */
  ours: boolean;
  /** Its host, where that is not this machine: chaos there needs the word of its owner. */
  elsewhere: string | null;
  /** Whether the run can kill it and start it again. */
  killable: boolean;
  /** Whether we say who may connect; else accounts come from a file, or nobody needs one. */
  issuesAccounts: boolean;
  credentialsFile: string | null;
  /** Templates with {run} {lane} {device} {stream}; null means the native form. */
  clientId: string | null;
  topic: string | null;
  payload: string | null;
  /** What it is spoken to in, and how a message becomes bytes; null where the dialect knows. */
  dialect: string;
  codec: string | null;
  /** The version that is spoken to it, where that is not 3.1.1. */
  mqtt?: '5';
  hands: { kill: string; start: string } | null;
  /** Hands on pieces of it, by name; absent where there are none. */
  namedHands?: Readonly<Record<string, HandPlan>>;
  /** Where its platform keeps what it took; absent where that is not asked. */
  store?: StorePlan;
  /** How its platform is asked who is online; absent where its kind has a port for that. */
  presence?: ParamValues;
  /** Where it takes what comes by another protocol, by the protocol; absent where nowhere. */
  intake?: Readonly<Record<string, ParamValues>>;
  guarantees: Guarantees;
  /** Ports by which it can be asked: `telemetry`, `presence`, `retained` and further ones. */
  offers: string[];
  /** Whether the target has a store that can be read back at the end. */
  keepsTelemetry: boolean;
  /** What a device reports of itself is a version of its twin as well. */
  countsReports?: true;
  /** Whoever connects names itself by its password alone, in place of a user name. */
  login?: 'token';
  /** The planted bug of the platform twin. */
  mutant: string | null;
}

export interface EntryPlan {
  id: string;
  model: string;
  everyMs: number;
  qos: Qos;
  session: 'clean' | 'persistent';
  keepAliveS: number;
  will: boolean;
  /** Publish a retained status message at each connect. */
  retainStatus: boolean;
  health: 'signal' | 'real';
  network: string | null;
  /** Messages held while offline, and what goes when there are more. */
  buffer: { limit: number; drop: 'oldest' | 'newest' };
  backoff: { baseMs: number; capMs: number; jitter: 'full' | 'none' };
  /** Sleep between samples: the device goes offline and wakes to send. Null for always-on. */
  sleep: { everyMs: number; awakeMs: number } | null;
  /** What they make of MQTT 5, where that is spoken. */
  mqtt5?: Mqtt5Plan;
  /** What its devices can do besides physics, by name, with what is set of it. */
  parts: { kind: string; params: ParamValues }[];
  /** Streams that its devices take part in, as codes into the plan's. */
  streams: number[];
  /** What its devices speak to the target; absent where that is MQTT. */
  protocol?: ProtocolPlan;
  /**
   * Further connections that its devices may have beside their first one, by name: one for each
   * part that declares the name.
   */
  channels?: string[];
  /** Buses that its devices open in real time for those they carry, by their kind. */
  fieldBuses?: string[];
  /** Devices of other entries are carried by its own; absent where none are. */
  carries?: boolean;
  /**
   * Of devices with a carrier to fall back on: they speak through that one once their own has taken
   * nothing for so long, and through both until their own has been back for so long.
   */
  fallBack?: { afterMs: number; holdMs: number };
  /** Names of the drawn parameters, in the order of DevicePlan.params. */
  paramNames: string[];
  /** Something else acts as its devices; absent where a shard leads them. */
  load?: LoadPlan;
}

export interface DevicePlan {
  id: string;
  entry: number;
  region: string;
  site: string;
  /** Of its id, or of the group it is in: `laneIn`. */
  lane: number;
  cohort: number;
  /** Index of the device that carries it; absent where it has a connection of its own. */
  via?: number | null;
  /** Index of the device that carries it while that one takes nothing; in the same group. */
  fallBack?: number;
  /** Something else than a shard acts as it. */
  load?: true;
  /** Gateways that may carry one device, and those that they carry, share a name here. */
  group?: string;
  /** In whose name a part of it speaks by mistake, in turn; they are carried by others. */
  strangers?: StrangerPlan[];
  /** When its power comes on. */
  bootAt: number;
  /** Intended time of telemetry n is firstAt + n · everyMs, while it is before the drain phase. */
  firstAt: number;
  params: number[];
  /** What Faker made of it: serial, maker, firmware, place. */
  identity: Readonly<Record<string, string>>;
}

/** A device as somebody knows it who may not have its row: a shard holds its own rows only. */
export interface StrangerPlan {
  /** Index into the plan's devices. */
  device: number;
  id: string;
  lane: number;
}

/** Devices that no network selector tells apart. They share a proxy, and one for each channel. */
export interface CohortPlan {
  id: string;
  devices: number;
  profile: LinkProfile | null;
  /** Ids of the link faults that can act on it; empty and no profile means a direct connection. */
  faults: string[];
  /** Of its devices' entries; absent where a device has one connection and no more. */
  channels?: string[];
}

/** A standing network profile: one-way delay ± jitter, and a rate per direction (0 = unlimited). */
export interface LinkProfile {
  name: string;
  delayMs: number;
  jitterMs: number;
  bytesPerSecond: number;
  /** What its radio does besides; absent where it has none, or does nothing. */
  radio?: RadioRule;
}

export interface FaultPlan {
  id: string;
  /** The item of the scenario that it was drawn by; absent where it stands there itself. */
  drawnBy?: string;
  fault: string;
  from: number;
  to: number;
  /**
   * Where it acts; a link fault on whole cohorts, one of a bus on those that stand on it, one of a
   * part on what that part of a device is made of, one inside the target on a target that lives on,
   * one behind it on a piece of its platform.
   */
  acts: 'link' | 'target' | 'device' | 'bus' | 'part' | 'inside' | 'behind';
  cohorts: number[];
  /** Indices of the targeted devices, whatever it acts on. */
  devices: number[];
  params: ParamValues;
  /** What must be seen for the fault to count as having happened. */
  proof: FaultProof;
  /** Toxics for a link fault, by direction; `down` means the proxy is disabled. */
  toxics: ToxicSpec[];
  down: boolean;
  /** What the tap on its links does to single packets; absent where it lets all of them be. */
  packets?: PacketTrouble;
  /** What it does on the bus of a gateway; absent where it acts elsewhere. */
  bus?: BusTrouble;
  /** What it does to what a part is made of; absent where it acts elsewhere. */
  part?: PartTrouble;
  /** What it does inside the target; absent where it acts elsewhere. */
  inside?: TargetTrouble;
  /**
   * It acts on a device by what that does: `from` is when it first may, and by `to` it is over
   * everywhere. Absent where it acts on all of its targets at once.
   */
  tie?: StateTie;
}

/** What a fault does to a child on the bus of its gateway; what is left out is left alone. */
export interface BusTrouble {
  /** It neither answers nor hears; what it would have said meanwhile waits with it, or is gone. */
  silent?: 'keeps' | 'loses';
  /** Its readings bear the values of the last one before. */
  stale?: true;
  /** Its answers take so much longer. */
  lateMs?: number;
  /** It answers that it cannot say anything now. */
  busy?: true;
  /** Of its answers, those that are lost beside what the bus loses anyway. */
  loss?: number;
}

/** Where bits of a flash may turn: what is run, the bank beside it, what is being loaded. */
export const ROT_PLACES = ['running', 'other', 'stage'] as const;

/**
 * What a fault does to what a device is made of, for whichever part of it has such a thing; what is
 * left out is left alone.
 */
export interface PartTrouble {
  /** So many bits turn in that place of its flash, and stay so. */
  rot?: { place: (typeof ROT_PLACES)[number]; bits: number };
  /** A sector of that place is not erased as it should be: nothing of it is, or a half. */
  worn?: { place: 'other' | 'stage'; erases: 'nothing' | 'half' };
  /** Of the room for what is loaded only such a share is left. */
  room?: number;
  /** Its clock is ahead by so much; behind, where it is less than nothing. */
  clockMs?: number;
  /**
   * A sensor of it lies of a signal: it is stuck at a value, at what it said last where that is
   * null, or says always so much more.
   */
  sensor?: { signal: string; does: 'stuck' | 'offset'; by: number | null };
  /** Its machine goes wrong. */
  malfunction?: Malfunction;
}

/** What a fault does inside a target that goes on living; what is left out is left alone. */
export interface TargetTrouble {
  /** Each of its commits takes so much longer, and so much longer for each write in it. */
  commitMs?: number;
  writeMs?: number;
  /** It has no room to commit anything. */
  full?: true;
  /** It lets nobody in who is not there already. */
  shut?: true;
  /** It stands still: its process is there and does nothing. */
  still?: true;
  /** By a configuration that was pushed to it, it takes no payload of more bytes. */
  payloadBytes?: number;
}

/** Whether it reaches devices or their links, and not the target or its platform alone. */
export const reachesDevices = ({ acts, proof }: Pick<FaultPlan, 'acts' | 'proof'>): boolean =>
  acts === 'behind' ? proof.cuts === true : acts !== 'target';

/** Whether the ledger tells of each device when such a fault began and ended there. */
export const isToldOfEach = ({ acts }: Pick<FaultPlan, 'acts'>): boolean =>
  acts === 'bus' || acts === 'part';

/** A Toxiproxy toxic: upstream is client to server. */
export interface ToxicSpec {
  type:
    | 'latency'
    | 'bandwidth'
    | 'timeout'
    | 'reset_peer'
    | 'slow_close'
    | 'slicer'
    | 'limit_data'
    | 'noop';
  stream: 'upstream' | 'downstream';
  attributes: Readonly<Record<string, number>>;
}

/**
 * The observation that proves a fault: the name of a proof, which whoever judges looks up, and what
 * that proof must know. The fault decides it when the plan is made.
 */
export interface FaultProof {
  kind: string;
  /** What the probes must measure while the fault acts, besides asking and being answered. */
  measures?: 'rate';
  [datum: string]: number | string | boolean | undefined;
}

export interface ObserverPlan {
  qos: Qos;
  /**
   * Lanes per observer session, chosen so that the worst planned backlog stays under the queue
   * limit.
   */
  lanesPerSession: number;
  /**
   * False where no split keeps the backlog under the limit: such windows are undecided, not lost.
   */
  backlogSafe: boolean;
  worstBacklog: number;
  /** When retained values are read in the midst of the run. Plans of old have none. */
  looks?: LookPlan[];
}

/** So many lanes that whoever looks is no load of its own. */
export interface LookPlan {
  at: number;
  lanes: number[];
}

/** Holds at the end of `steady`, or the chaos does not start and the run is invalid. */
export interface GatePlan {
  at: number;
  connectedShare: number;
  deliveredShare: number;
}

export interface ExpectPlan {
  checker: string;
  params: ParamValues;
}

export interface StopWhenPlan {
  metric: 'connected' | 'lost' | 'p99';
  below: number | null;
  above: number | null;
  forMs: number;
}
