/**
 * Ledgers written by hand, for tests of oracles, checkers and the judge: a healthy run as a list of
 * events, which a test then bends (takes some away, changes or adds others) until it tells the
 * story it needs. Encoded and read back like a real one.
 */
import {
  bytesSource,
  type DeclaredOp,
  type DevicePlan,
  dueAt,
  type EntryPlan,
  type FaultPlan,
  type Guarantees,
  isCarried,
  LedgerEncoder,
  layOps,
  type OpName,
  opTable,
  PAST_EVERY_PROXY,
  PLAIN,
  PLAN_SCHEMA,
  type Plan,
  plannedCount,
  type SegmentSource,
  type StreamPlan,
  streamOf,
} from '#kernel';
import type { OracleKind } from '#oracles';
import { filled, type LooseFields } from '../../kernel/testing/fields.ts';
import { CODE, fiveStreams, type Rounds } from '../../kernel/testing/streams.ts';
import type { ChapterKind } from '../chapter.ts';
import type { CheckerKind } from '../checker.ts';
import { judge } from '../judge.ts';
import type { ProofKind } from '../proof.ts';
import type { CheckerResult, Result } from '../result.ts';
import { ORACLES } from './oracles.ts';
import { PROOFS } from './proofs.ts';

export const TELEMETRY = CODE.telemetry;
export const STATUS = CODE.status;
export const WILL = CODE.will;
/** Of every will that is armed. */
export const WILL_HASH = 1;
export const COMMAND = CODE.command;
export const ANSWER = CODE.answer;

export interface Setting {
  devices?: number;
  /** Lanes of the devices, repeated; a lane is a segment of its own. */
  lanes?: number[];
  /** Carrier by the device that it carries. */
  carried?: Readonly<Record<number, number>>;
  entry?: Partial<EntryPlan>;
  target?: Partial<Plan['target']>;
  faults?: FaultPlan[];
  commands?: Rounds | null;
  /** Streams beside the five that every plan has. */
  streams?: StreamPlan[];
  workflows?: Plan['workflows'];
  /** What capabilities write, by op. */
  ops?: Parameters<typeof layOps>[0];
  expect?: Plan['expect'];
  stopWhen?: Plan['stopWhen'];
  observers?: Partial<Plan['observers']>;
  gear?: Plan['gear'];
}

export interface StoryEvent {
  /** Milliseconds. */
  t: number;
  op: OpName | DeclaredOp;
  fields: LooseFields;
}

/** Phases of every story, in ms. */
const PHASES = { warmup: 0, steady: 2000, chaos: 6000, settle: 16_000, drain: 20_000 };
export const DRAINED = 22_000;
const RUN_END = 23_000;

export class Story {
  readonly plan: Plan;
  events: StoryEvent[] = [];
  /** Those with which all went well. */
  #fine: ReadonlySet<StoryEvent> = new Set();
  /** Bytes cut off the end of the first shard's segment. */
  torn = 0;
  /** Names of segments that nobody closed. */
  unclosed: readonly string[] = [];
  /** Leaves the segment of this lane out. */
  missingLane = -1;
  /** How the lanes are shared out; a segment for each when null. */
  shards: number[][] | null = null;

  constructor(setting: Setting = {}) {
    this.plan = planOf(setting);
  }

  add(op: StoryEvent['op'], t: number, fields: LooseFields = {}): this {
    this.events.push({ t, op, fields });
    return this;
  }

  drop(matches: (event: StoryEvent) => boolean): this {
    this.events = this.events.filter((event) => !matches(event));
    return this;
  }

  change(
    matches: (event: StoryEvent) => boolean,
    how: (event: StoryEvent) => Partial<StoryEvent>,
  ): this {
    this.events = this.events.map((event) =>
      matches(event) ? { ...event, ...how(event) } : event,
    );
    return this;
  }

  /** So far nothing went wrong. */
  fine(): this {
    this.#fine = new Set(this.events);
    return this;
  }

  /** Ids of the devices that something was told of since, or is not told any more. */
  get bent(): string[] {
    const now = new Set(this.events);
    const changed = [...now, ...this.#fine].filter((one) => !now.has(one) || !this.#fine.has(one));
    const bent = new Set(changed.map(({ fields }) => fields.device));
    return this.plan.devices.filter((_, index) => bent.has(index)).map(({ id }) => id);
  }

  /** Segments as the harness would have left them: its own, and one per lane. */
  segments(): { name: string; source: SegmentSource }[] {
    const lanes = [...new Set(this.plan.devices.map((device) => device.lane))].sort(
      (a, b) => a - b,
    );
    const harness = this.#encode('harness', [], (event) => laneOfEvent(this.plan, event) === null);
    const groups = this.shards ?? lanes.map((lane) => [lane]);
    const shards = groups
      .filter((group) => !group.includes(this.missingLane))
      .map((group, index) => {
        const name = `shard-${index}`;
        const bytes = this.#encode(name, group, (event) => {
          const own = laneOfEvent(this.plan, event);
          return own === 'every' || (own !== null && group.includes(own));
        });
        const kept = index === 0 ? bytes.subarray(0, bytes.length - this.torn) : bytes;
        return { name, source: bytesSource(kept) };
      });
    return [{ name: 'harness', source: bytesSource(harness) }, ...shards];
  }

  judge(
    checkers: readonly CheckerKind[],
    proofs: readonly ProofKind[] = PROOFS,
    oracles: readonly OracleKind[] = ORACLES,
    chapters: readonly ChapterKind[] = [],
  ): Result {
    const asked = { checkers, proofs, oracles, chapters };
    return judge({ plan: this.plan, planSha256: 'sha', segments: this.segments(), ...asked });
  }

  /** The verdict of one checker over this story. */
  ask(checker: CheckerKind): CheckerResult {
    const result = this.judge([checker]).checkers.find((one) => one.id === checker.kind);
    if (result === undefined) throw new Error(`${checker.kind} did not judge`);
    return result;
  }

  #encode(name: string, lanes: number[], mine: (event: StoryEvent) => boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    const header = {
      schema: 'twinstorm.ledger/1',
      segment: name,
      planSha256: 'sha',
      lanes,
    } as const;
    const table = opTable(this.plan.ops);
    const encoder = new LedgerEncoder(header, (bytes) => parts.push(bytes.slice()), table);
    const events = this.events
      .map((event, index) => ({ event, index }))
      .filter((one) => mine(one.event));
    events.sort((a, b) => a.event.t - b.event.t || a.index - b.index);
    for (const { event } of events) {
      const fields = isDeclared(event.op) ? event.fields : filled(event.op, event.fields);
      encoder.write(Math.round(event.t * 1000), event.op, fields);
    }
    if (this.unclosed.includes(name)) encoder.flush();
    else encoder.close();
    return joined(parts);
  }
}

/** A run in which nothing goes wrong: phases, probes, observers, every message where it belongs. */
export function healthy(setting: Setting = {}): Story {
  const story = new Story(setting);
  const { plan } = story;
  tellHarness(story);
  plan.devices.forEach((_, index) => {
    const entry = entryOf(plan, index);
    story.add('boot', 10, { device: index, epoch: 1, cause: 'power-on' });
    if (!isCarried(plan, index)) {
      story.add('connect', 50, { device: index, attempt: 0, will: entry.will ? WILL_HASH : 0 });
      story.add('online', 100, { device: index, present: false });
    }
    story.add('state', 100, { device: index, state: 'connection.online' });
    if (entry.retainStatus) tellMessage(story, index, STATUS, 0, 110);
    tellScheduled(story, index, TELEMETRY);
    if (entry.retainStatus) {
      story.add('retained', DRAINED + 300, {
        device: index,
        stream: STATUS,
        n: 0,
        hash: hashFor(index, STATUS, 0),
      });
    }
    story.add('presence', DRAINED + 250, { device: index, online: !isCarried(plan, index) });
  });
  plan.devices.forEach((_, index) => {
    tellScheduled(story, index, COMMAND);
  });
  return story.fine();
}

/** Every message of a stream that the plan intends for a device goes well. */
export function tellScheduled(story: Story, device: number, code: number): void {
  const stream = streamOf(story.plan, code);
  if (stream === undefined) return;
  for (let n = 0; n < plannedCount(story.plan, stream, device); n++) {
    tellMessage(story, device, code, n, dueAt(story.plan, stream, device, n) ?? 0);
  }
}

/** A reading of the plan came to the target then, and was sent and acknowledged around that. */
export function tellCame(story: Story, device: number, n: number, received: number): void {
  story.change(about('sent', device, TELEMETRY, n), () => ({ t: received - 20 }));
  story.change(about('acked', device, TELEMETRY, n), () => ({ t: received + 5 }));
}

/** The life of one message that goes well. */
export function tellMessage(
  story: Story,
  device: number,
  stream: number,
  n: number,
  t: number,
): void {
  const { plan } = story;
  const { qos: own = null, way, arrives } = streamOf(plan, stream) ?? {};
  const qos = own ?? entryOf(plan, device).qos;
  const hash = hashFor(device, stream, n);
  const message = { device, stream, n };
  story.add('sent', t + 1, { ...message, late: 1000, hash, flags: qos });
  const epoch = way === 'down' ? 0 : 1;
  story.add('observed', t + 5, { ...message, hash, flags: qos, epoch });
  if (way === 'down') story.add('received', t + 5, { ...message, hash, flags: qos });
  if (qos > 0) story.add('acked', t + 6, message);
  if (arrives === 'store') story.add('stored', DRAINED + 100, { ...message, hash });
}

function tellHarness(story: Story): void {
  const { plan } = story;
  for (const phase of plan.phases) {
    story.add('phase', phase.from, { begins: true, name: phase.name });
    const to = phase.name === 'drain' ? DRAINED + 500 : phase.to;
    story.add('phase', to - 0.001, { begins: false, name: phase.name });
  }
  story.add('gate', PHASES.chaos - 0.01, { open: true, figures: 'connected 100 %' });
  [...plan.cohorts.keys(), PAST_EVERY_PROXY].forEach((cohort) => {
    story.add('probe', 20, { cohort, saw: 'connected' });
    for (let t = 200, n = 0; t < DRAINED; t += 200, n++) {
      story.add('probe', t + 2, { cohort, value: 2000, asked: n, saw: 'pong' });
    }
  });
  for (const lane of new Set(plan.devices.map((device) => device.lane))) {
    story.add('observer', 5, { up: true, first: lane, lanes: 1, why: 'new-session' });
    story.add('observer', RUN_END, { up: false, first: lane, lanes: 1, why: 'planned' });
  }
  for (const text of ['store', 'presence', 'retained']) {
    story.add('final-read', DRAINED + 400, { complete: true, part: text });
  }
}

/** A fault and what its probes saw of it: injected and healed in the story's chaos phase. */
export function tellFault(story: Story, id: string): FaultPlan {
  const fault = story.plan.faults.find((one) => one.id === id);
  if (fault === undefined) throw new Error(`no fault ${id}`);
  story.add('fault', fault.from, { injected: true, fault: id });
  story.add('fault', fault.to, { injected: false, fault: id });
  return fault;
}

export function faultPlan(id: string, over: Partial<FaultPlan> = {}): FaultPlan {
  return {
    id,
    fault: 'partition',
    from: 7000,
    to: 10_000,
    acts: 'link',
    cohorts: [0],
    devices: [0],
    params: {},
    proof: { kind: 'stalled', up: true, down: true },
    toxics: [],
    down: false,
    ...over,
  };
}

export const hashFor = (device: number, stream: number, n: number): number =>
  (device * 1_000_003 + stream * 10_007 + n * 31 + 7) >>> 0;

/** Matches entries about one message. */
export const about =
  (op: OpName, device: number, stream: number, n: number) =>
  (event: StoryEvent): boolean =>
    event.op === op &&
    event.fields.device === device &&
    event.fields.stream === stream &&
    event.fields.n === n;

function planOf(setting: Setting): Plan {
  const count = setting.devices ?? 4;
  const lanes = setting.lanes ?? [0];
  const faults = setting.faults ?? [];
  const target = targetOf(setting);
  const devices = Array.from(
    { length: count },
    (_, index): DevicePlan => ({
      id: `pumps/north-1/${index}`,
      entry: 0,
      region: 'north',
      site: 'north-1',
      lane: lanes[index % lanes.length] ?? 0,
      cohort: 0,
      bootAt: 10,
      firstAt: 1000 + index * 10,
      params: [],
      identity: {},
      ...(setting.carried?.[index] === undefined ? {} : { via: setting.carried[index] }),
    }),
  );
  return {
    schema: PLAN_SCHEMA,
    scenario: { name: 'story', about: 'A story.', sha256: 'abc', tags: [], file: 'story.yaml' },
    seed: 1,
    gear: setting.gear ?? 'sim',
    drainRule: 1,
    quantumMs: 10,
    phases: [
      { name: 'warmup', from: PHASES.warmup, to: PHASES.steady },
      { name: 'steady', from: PHASES.steady, to: PHASES.chaos },
      { name: 'chaos', from: PHASES.chaos, to: PHASES.settle },
      { name: 'settle', from: PHASES.settle, to: PHASES.drain },
      { name: 'drain', from: PHASES.drain, to: DRAINED },
    ],
    target,
    entries: [entryPlan(setting.entry ?? {}, setting)],
    devices,
    workflows: setting.workflows ?? [],
    streams: [...fiveStreams(target.keepsTelemetry, setting.commands), ...(setting.streams ?? [])],
    ops: layOps(setting.ops ?? []),
    firmware: null,
    cohorts: [{ id: 'cohort-0', devices: count, profile: null, faults: faults.map((f) => f.id) }],
    faults,
    observers: {
      qos: 2,
      lanesPerSession: 1,
      backlogSafe: true,
      worstBacklog: 10,
      ...setting.observers,
    },
    gate: { at: PHASES.chaos, connectedShare: 0.95, deliveredShare: 0.9 },
    expect: setting.expect ?? [],
    stopWhen: setting.stopWhen ?? [],
    report: ['json'],
    bounds: { durationMs: 60_000, messages: 1000, devices: count },
    plugins: [],
    notes: [],
    replay: 'twinstorm run story.yaml --gear sim --seed 1',
  };
}

/** The streams that the devices of a story take part in. */
const streamsOf = ({ entry, commands, streams }: Setting): number[] => [
  TELEMETRY,
  ...(entry?.retainStatus ? [STATUS] : []),
  ...(entry?.will ? [WILL] : []),
  ...(commands ? [COMMAND, ANSWER] : []),
  ...(streams ?? []).map(({ code }) => code),
];

const entryPlan = (over: Partial<EntryPlan>, setting: Setting): EntryPlan => ({
  id: 'pumps',
  model: 'vibration-pump',
  everyMs: 1000,
  qos: 1,
  session: 'clean',
  keepAliveS: 2,
  will: false,
  retainStatus: false,
  health: 'signal',
  network: null,
  buffer: { limit: 1000, drop: 'oldest' },
  backoff: { baseMs: 500, capMs: 20_000, jitter: 'full' },
  sleep: null,
  parts: [],
  streams: streamsOf(setting),
  paramNames: [],
  ...over,
});

/** What the platform twin promises. */
const EVERYTHING: Guarantees = {
  ...PLAIN,
  durableSessions: true,
  durableRetained: true,
  durableTelemetry: true,
  queueLimit: 100_000,
  inflightLimit: 100_000,
  maxQos: 2,
  acknowledgesEarly: false,
  ordered: true,
  willOnTakeOver: 'all',
  mqtt: '3.1.1',
};

/** A broker that promises nothing over a kill, but for what is named. */
export const forgetful = (over: Partial<Guarantees> = {}): Guarantees => ({
  ...EVERYTHING,
  durableSessions: false,
  durableRetained: false,
  durableTelemetry: false,
  willOnTakeOver: 'clean',
  queueLimit: 1000,
  inflightLimit: 20,
  ...over,
});

const targetOf = (setting: Setting): Plan['target'] => ({
  kind: 'embedded',
  name: 'platform twin',
  params: {},
  broker: null,
  ours: true,
  elsewhere: null,
  killable: true,
  issuesAccounts: true,
  credentialsFile: null,
  clientId: null,
  topic: null,
  payload: null,
  dialect: 'native',
  codec: null,
  hands: null,
  guarantees: EVERYTHING,
  offers: ['telemetry', 'presence', 'retained'],
  keepsTelemetry: true,
  mutant: null,
  ...setting.target,
});

function entryOf(plan: Plan, device: number): EntryPlan {
  const entry = plan.entries[plan.devices[device]?.entry ?? -1];
  if (entry === undefined) throw new Error(`device ${device} has no entry`);
  return entry;
}

const isDeclared = (op: StoryEvent['op']): op is DeclaredOp => op.includes('/');

const OF_EVERY_SHARD: readonly StoryEvent['op'][] = ['final-read', 'look'];
const OF_FIRST_SHARD: readonly StoryEvent['op'][] = ['foreign'];

/** The lane whose segment holds an event; null is the harness's own. */
function laneOfEvent(plan: Plan, event: StoryEvent): number | 'every' | null {
  const { device } = event.fields;
  if (device !== undefined) return plan.devices[Number(device)]?.lane ?? null;
  if (event.op === 'observer') return Number(event.fields.first ?? 0);
  if (OF_EVERY_SHARD.includes(event.op)) return 'every';
  if (OF_FIRST_SHARD.includes(event.op)) return plan.devices[0]?.lane ?? 0;
  return null;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
