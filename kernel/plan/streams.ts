/**
 * A stream as data: what the messages under one name are, which way they go, how they are numbered
 * and where one of them counts as arrived. Whoever handles messages asks these properties and never
 * a name, so that a stream which a capability brings is handled like the five that are built in.
 */
import { assert } from '../errors.ts';
import { DECLARED_FROM } from '../ledger/ops.ts';
import { misnamed } from '../plugins/guard.ts';

/**
 * How messages are numbered, and where the plan knows it, when each is due. Else `leastMs` may say
 * how long it takes at least from one to the next, so that observers have room for all of them.
 */
export type StreamSchedule =
  /** By the device's own sampling: n is the index of the grid point. */
  | { by: 'sampling' }
  /** In rounds over some devices, each with an offset within the period. */
  | {
      by: 'rounds';
      firstAt: number;
      everyMs: number;
      devices: { device: number; offsetMs: number }[];
    }
  /** One for each message of another stream, with the number of that one. */
  | { by: 'reply'; to: number }
  /** As things happen: counted from 0 over the device's life. */
  | { by: 'event'; leastMs?: number }
  /** Armed with a connect attempt and numbered like it; the target publishes it in time. */
  | { by: 'attempt'; leastMs?: number };

export interface StreamPlan {
  name: string;
  /** In the ledger. The built-in ones keep theirs; others are numbered by sorted name. */
  code: number;
  /** Up: a device sends. Down: a device gets. */
  way: 'up' | 'down';
  /** Who sends them. Of what the target sends, the receipts alone tell us. */
  from: 'device' | 'operator' | 'target';
  /** What one of its messages is called in a sentence. */
  noun: string;
  schedule: StreamSchedule;
  /** Where a message has arrived: in the target's store, before an observer, with its device. */
  arrives: 'store' | 'observer' | 'device';
  /** Null: that of the device's fleet entry; only of a stream that goes up. */
  qos: 0 | 1 | 2 | null;
  /** The target keeps the last one for who subscribes later. */
  retained: boolean;
  /** Whether its messages are in the sum of classes. */
  counted: boolean;
  /** Whether its latency is what the result calls latency. */
  measured: boolean;
  /**
   * The target may acknowledge one of them and not keep it, where it says so of that very one: it
   * counts as refused then.
   */
  mayShed?: true;
  /** Of what goes down in MQTT 5: after so many seconds it is worth nothing any more. */
  expiryS?: number;
  /** Of what goes down in MQTT 5: it says where the answer shall go, and what that shall repeat. */
  asksReply?: true;
  /** Of what the target sends: some of it answers messages of this stream (`answerNumber`). */
  answers?: number;
  /** Of a dialect of its own, whichever the target's is. */
  dialect?: string;
  /** Reasons to leave a grid point out on purpose, beside those that every stream has. */
  skips: string[];
  /** Of these, those of a carrier that gives up what was to go: it was due all the same. */
  givenUp?: string[];
}

/** Built-in streams, with the codes they have had from the first ledger on. */
const CODES: ReadonlyMap<string, number> = new Map([
  ['telemetry', 0],
  ['status', 1],
  ['will', 2],
  ['command', 3],
  ['answer', 4],
]);

/** Codes of streams are bytes. */
export const STREAMS_MAX = 256;

/**
 * Messages of one stream are numbered below this, which no honest stream reaches: the judge has no
 * row for what lies beyond, and so nobody may send it.
 */
export const NUMBERS_MAX = 2 ** 26;

/** So many numbers are there for the answers to one message, and for what answers none. */
const ANSWERS_EACH = 2 ** 27;

/**
 * The number of one of the answers to the n-th message, by the hash of its bytes: one that is sent
 * again is answered again, perhaps otherwise. Of null, for what the target says unasked.
 */
export const answerNumber = (n: number | null, hash: number): number =>
  (n === null ? 0 : n + 1) * ANSWERS_EACH + (hash % ANSWERS_EACH);

/** Number of the message that it answers; null for what answers none. */
export const questionOf = (n: number): number | null =>
  n < ANSWERS_EACH ? null : Math.floor(n / ANSWERS_EACH) - 1;

/** How many streams a plan may have beside those that are built in. */
export const DECLARED_STREAMS_MAX = STREAMS_MAX - DECLARED_FROM;

export const isBuiltIn = (stream: string): boolean => CODES.has(stream);

/** A stream as a capability declares it; where a plan has more to say, the plan decides. */
export interface StreamSpec {
  name: string;
  way: 'up' | 'down';
  /** An operator sends what goes down, unless the target itself does: a service, say. */
  from?: 'target';
  /** Its name, when left out. */
  noun?: string;
  schedule: Exclude<StreamSchedule, { by: 'reply' }> | { by: 'reply'; to: string };
  /** The target's store keeps it, where the target has one. */
  kept?: boolean;
  qos?: 0 | 1 | 2;
  retained?: boolean;
  /** True when left out. */
  counted?: boolean;
  measured?: boolean;
  mayShed?: true;
  expiryS?: number;
  asksReply?: true;
  answers?: string;
  /** One that stands over others (`over`): the stream is spoken in it whatever the target's is. */
  dialect?: string;
  skips?: readonly string[];
}

/**
 * By name. Of two specs of one name the later one adds to the earlier one: a workflow lays out the
 * rounds of a stream that a part brings.
 */
export function mergedSpecs(specs: readonly StreamSpec[]): Map<string, StreamSpec> {
  const byName = new Map<string, StreamSpec>();
  for (const spec of specs) byName.set(spec.name, { ...byName.get(spec.name), ...spec });
  return byName;
}

/** The streams of a plan, in the order of their codes. */
export function layStreams(specs: readonly StreamSpec[], hasStore: boolean): StreamPlan[] {
  const byName = mergedSpecs(specs);
  const codes = codesOf([...byName.keys()]);
  return [...byName.values()]
    .map((spec) => streamFrom(spec, codes, hasStore))
    .sort((a, b) => a.code - b.code);
}

function codesOf(names: readonly string[]): ReadonlyMap<string, number> {
  let next = DECLARED_FROM;
  const codes = new Map([...names].sort().map((name) => [name, CODES.get(name) ?? next++]));
  assert(next <= STREAMS_MAX, `${next} streams have codes of a byte`);
  return codes;
}

function streamFrom(
  spec: StreamSpec,
  codes: ReadonlyMap<string, number>,
  hasStore: boolean,
): StreamPlan {
  const { name, way } = spec;
  const code = codes.get(name);
  assert(code !== undefined, `the stream ${name} has a code`);
  return {
    name,
    code,
    way,
    from: way === 'up' ? 'device' : (spec.from ?? 'operator'),
    noun: spec.noun ?? name,
    schedule: scheduleFrom(spec, codes),
    arrives: way === 'down' ? 'device' : spec.kept === true && hasStore ? 'store' : 'observer',
    qos: spec.qos ?? (way === 'down' ? 1 : null),
    retained: spec.retained ?? false,
    counted: spec.counted ?? true,
    measured: spec.measured ?? false,
    ...(spec.mayShed === true ? { mayShed: true } : {}),
    ...(spec.expiryS === undefined ? {} : { expiryS: spec.expiryS }),
    ...(spec.asksReply === true ? { asksReply: true } : {}),
    ...(spec.answers === undefined ? {} : { answers: codeAt(spec.answers, name, codes) }),
    ...(spec.dialect === undefined ? {} : { dialect: spec.dialect }),
    skips: [...(spec.skips ?? [])],
  };
}

/** In a plan a stream is called by its code. */
function scheduleFrom(
  { name, schedule }: StreamSpec,
  codes: ReadonlyMap<string, number>,
): StreamSchedule {
  return schedule.by === 'reply' ? { by: 'reply', to: codeAt(schedule.to, name, codes) } : schedule;
}

function codeAt(to: string, name: string, codes: ReadonlyMap<string, number>): number {
  const code = codes.get(to);
  assert(code !== undefined, `the stream ${name} replies to one`);
  return code;
}

interface StreamIndex {
  byCode: (StreamPlan | undefined)[];
  byName: Map<string, StreamPlan>;
}

/** Asked with every message, so it is made once per plan. */
const indexes = new WeakMap<readonly StreamPlan[], StreamIndex>();

function indexOf(plan: { streams: readonly StreamPlan[] }): StreamIndex {
  let index = indexes.get(plan.streams);
  if (index === undefined) {
    index = { byCode: [], byName: new Map() };
    for (const stream of plan.streams) {
      index.byCode[stream.code] = stream;
      index.byName.set(stream.name, stream);
    }
    indexes.set(plan.streams, index);
  }
  return index;
}

type Streams = Parameters<typeof indexOf>[0];

export const streamOf = (plan: Streams, code: number): StreamPlan | undefined =>
  indexOf(plan).byCode[code];

export const streamNamed = (plan: Streams, name: string): StreamPlan | undefined =>
  indexOf(plan).byName.get(name);

/** For a plug-in, which may have misspelled it. */
export function namedStream(plan: Streams, name: string): StreamPlan {
  const stream = streamNamed(plan, name);
  if (stream !== undefined) return stream;
  const names = plan.streams.map((one) => one.name);
  throw misnamed(`the plan has no stream '${name}'`, name, names);
}

/** The code of a stream that whoever asks has brought into the plan himself. */
export function codeOf(plan: Streams, name: string): number {
  return namedStream(plan, name).code;
}
