/**
 * Traces as OpenTelemetry has them: each thing a span with one below it for each hop, in the trace
 * of what alone led to it; what several things led to has a trace of its own, linked to theirs. Ids
 * are digests of the run and of what a thing is called, so whoever exports a run twice gets the
 * same traces again. Pure: what is made here is sent elsewhere.
 */
import { carrierOf, type Digests, hashText, type Plan } from '#kernel';
import type { Timeline } from '#oracles';
import type { TracedHop } from '../result.ts';
import { gather, type TraceGround } from './gather.ts';
import { type Asked, hopsOf, traceAll } from './trace.ts';
import { isMessage, type Thing, type TraceBook } from './trace-book.ts';

/** As OTLP/HTTP writes it in JSON; ids are hex, times are texts of nanoseconds. */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: OtlpAttribute[];
  links?: { traceId: string; spanId: string; attributes: OtlpAttribute[] }[];
  status?: { code: number; message: string };
}

export interface OtlpAttribute {
  key: string;
  value: { stringValue: string } | { intValue: string } | { doubleValue: number };
}

/** A span and whose it is, by which a batch is put in order. */
export interface ServiceSpan {
  service: string;
  span: OtlpSpan;
}

export interface ExportWish {
  digests: Digests;
  /** What tells this run from every other. */
  run: string;
  /** When its clock stood at zero. */
  zeroUnixMs: number;
  /** Of the messages; whatever is rare is there in any case, with what led to it. */
  share: number;
  /** What alone is wanted; null for whatever is sampled. */
  only: Asked | null;
}

const KIND = { internal: 1, producer: 4, consumer: 5 } as const;
const SENDS: ReadonlySet<string> = new Set(['sent', 'sent again', 'passed on', 'packet sent']);
const GETS: ReadonlySet<string> = new Set(['seen', 'got', 'taken', 'taken in']);
const FAILED: ReadonlySet<string> = new Set(['refused', 'not sent', 'given up', 'garbled']);
const STATUS_ERROR = 2;

/** Lanes are taken together while about so many entries tell of them; each time all are read. */
const ENTRIES_AT_ONCE = 400_000;

/** Span by span, so that nobody has to hold all of them. */
export function* spansOf(ground: TraceGround, wish: ExportWish): Generator<ServiceSpan, void> {
  const writer = new SpanWriter(ground.plan, ground.timeline, wish);
  if (wish.only !== null) {
    yield* onlySpans(ground, wish.only, writer);
    return;
  }
  const rare = new Set(ground.kinds.flatMap((hops) => hops.rare ?? []));
  // What belongs to no device is in every book, and covers what goes on below it in all of them.
  const shared = new Set<string>();
  let last: TraceBook | null = null;
  for (const devices of groupsOf(ground)) {
    const { book } = gather(ground, devices, Number.POSITIVE_INFINITY);
    const kept = sampled(book, rare, wish.share);
    for (const thing of book.all()) {
      if (!kept.has(thing.id)) continue;
      if (thing.ref.device < 0) {
        shared.add(thing.id);
        writer.cover(book, thing);
      } else if (devices.has(thing.ref.device)) yield* writer.spans(book, thing);
    }
    last = book;
  }
  for (const thing of last?.all() ?? []) {
    if (last !== null && shared.has(thing.id)) yield* writer.spans(last, thing);
  }
}

const ONE = { things: 500, hops: 100 };

function* onlySpans(
  ground: TraceGround,
  asked: Asked,
  writer: SpanWriter,
): Generator<ServiceSpan, void> {
  const { traces, book } = traceAll(ground, [asked], ONE);
  for (const one of traces[0]?.things ?? []) {
    const thing = book.find(one.id);
    if (thing?.isKnown === true) yield* writer.spans(book, thing);
  }
}

/** Devices of whole lanes: who is carried is in the lane of its carrier. */
function groupsOf({ plan: { devices }, timeline }: TraceGround): Set<number>[] {
  const entries = timeline.segments.reduce((sum, one) => sum + one.entries, 0);
  const most = Math.ceil((ENTRIES_AT_ONCE / Math.max(1, entries)) * devices.length);
  const byLane = new Map<number, number[]>();
  devices.forEach(({ lane }, device) => {
    const own = byLane.get(lane);
    if (own === undefined) byLane.set(lane, [device]);
    else own.push(device);
  });
  const groups: Set<number>[] = [];
  for (const [, own] of [...byLane].sort(([a], [b]) => a - b)) {
    const last = groups.at(-1);
    if (last === undefined || last.size + own.length > most) groups.push(new Set(own));
    else for (const device of own) last.add(device);
  }
  return groups;
}

/** As long as one thing alone led to another: itself first, and last what it all began with. */
function lineOf(book: TraceBook, thing: Thing): Thing[] {
  const line = [thing];
  let cause = onlyCause(book, thing);
  while (cause !== null && line.length <= LINE_MAX) {
    line.push(cause);
    cause = onlyCause(book, cause);
  }
  return line;
}

/** A ring of causes has no beginning. */
const LINE_MAX = 20;

const rootOf = (book: TraceBook, thing: Thing): Thing => lineOf(book, thing).at(-1) ?? thing;

function onlyCause(book: TraceBook, { causes }: Thing): Thing | null {
  const ids = new Set(causes.map(({ id }) => id));
  const [only] = ids;
  if (ids.size !== 1 || only === undefined) return null;
  const cause = book.find(only);
  return cause?.isKnown === true ? cause : null;
}

function sampled(book: TraceBook, rare: ReadonlySet<string>, share: number): Set<string> {
  const kept = new Set<string>();
  const keep = (thing: Thing): void => {
    if (kept.has(thing.id)) return;
    kept.add(thing.id);
    for (const { id } of thing.causes) {
      const cause = book.find(id);
      if (cause?.isKnown === true) keep(cause);
    }
  };
  for (const thing of book.all()) {
    const line = lineOf(book, thing);
    const isRare = line.some(({ ref }) => rare.has(ref.word));
    const root = line.at(-1) ?? thing;
    if (isRare || hashText(`trace/${root.id}`) / 4294967296 < share) keep(thing);
  }
  return kept;
}

interface Cover {
  from: number;
  to: number;
}

class SpanWriter {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #wish: ExportWish;
  /** Of things of one book, and of those of no device in all of them. */
  #covers = new Map<string, Cover>();
  #coversOf: TraceBook | null = null;
  /** Those that were reckoned of this book. */
  readonly #fresh = new Set<string>();

  constructor(plan: Plan, timeline: Timeline, wish: ExportWish) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#wish = wish;
  }

  *spans(book: TraceBook, thing: Thing): Generator<ServiceSpan, void> {
    const hops = hopsOf(this.#plan, this.#timeline, book, thing).filter(({ found }) => !found);
    const own = hops.filter(({ aside }) => !aside);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return;
    const { from, to } = this.cover(book, thing);
    const traceId = this.#traceId(rootOf(book, thing));
    const spanId = this.#spanId(thing.id);
    const parent = onlyCause(book, thing);
    const failed = own.findLast(({ as }) => FAILED.has(as));
    const head: OtlpSpan = {
      traceId,
      spanId,
      ...(parent === null ? {} : { parentSpanId: this.#spanId(parent.id) }),
      name: [thing.ref.word, thing.ref.name].filter((word) => word !== '').join(' '),
      kind: KIND.internal,
      startTimeUnixNano: this.#nanos(from),
      endTimeUnixNano: this.#nanos(to),
      attributes: [
        ...this.#about(thing),
        { key: 'twinstorm.ms', value: { doubleValue: Number((last.t - first.t).toFixed(3)) } },
      ],
      ...(parent === null && thing.causes.length > 0 ? { links: this.#links(book, thing) } : {}),
      ...(failed === undefined ? {} : { status: { code: STATUS_ERROR, message: failed.what } }),
    };
    yield { service: this.#serviceOf(thing, first), span: head };
    let before = first.t;
    for (const [index, hop] of hops.entries()) {
      const span = this.#hop(hop, Math.min(before, hop.t));
      const ids = { traceId, spanId: this.#spanId(`${thing.id}#${index}`), parentSpanId: spanId };
      yield { service: this.#serviceOf(thing, hop), span: { ...ids, ...span } };
      before = hop.t;
    }
  }

  /** Milliseconds, of its hops and of all that goes on below it: a parent covers its children. */
  cover(book: TraceBook, thing: Thing): Cover {
    if (this.#coversOf !== book) {
      const shared = [...this.#covers].filter(([id]) => (book.find(id)?.ref.device ?? 0) < 0);
      this.#covers = new Map(shared);
      this.#coversOf = book;
      this.#fresh.clear();
    }
    return this.#coverOf(book, thing);
  }

  #coverOf(book: TraceBook, thing: Thing): Cover {
    const known = this.#covers.get(thing.id);
    if (known !== undefined && this.#fresh.has(thing.id)) return known;
    this.#fresh.add(thing.id);
    const hops = hopsOf(this.#plan, this.#timeline, book, thing).filter(({ found }) => !found);
    const instants = hops.map(({ t }) => t);
    const own = {
      from: Math.min(known?.from ?? Number.POSITIVE_INFINITY, ...instants),
      to: Math.max(known?.to ?? Number.NEGATIVE_INFINITY, ...instants),
    };
    // Of a ring of causes each is as long as its own, and no longer.
    this.#covers.set(thing.id, own);
    for (const { id } of thing.effects) {
      const effect = book.find(id);
      if (effect === undefined || !effect.isKnown || onlyCause(book, effect) !== thing) continue;
      const { from, to } = this.#coverOf(book, effect);
      own.from = Math.min(own.from, from);
      own.to = Math.max(own.to, to);
    }
    return own;
  }

  #hop(hop: TracedHop, from: number): Omit<OtlpSpan, 'traceId' | 'spanId'> {
    const { as, what, who, where, t, faults, byTarget } = hop;
    return {
      name: as,
      kind: SENDS.has(as) ? KIND.producer : GETS.has(as) ? KIND.consumer : KIND.internal,
      startTimeUnixNano: this.#nanos(from),
      endTimeUnixNano: this.#nanos(t),
      attributes: [
        text('twinstorm.where', where),
        text('twinstorm.who', who),
        text('twinstorm.what', what),
        ...(faults.length === 0 ? [] : [text('twinstorm.faults', faults.join(', '))]),
        ...(byTarget ? [text('twinstorm.clock', 'target')] : []),
      ],
      ...(FAILED.has(as) ? { status: { code: STATUS_ERROR, message: what } } : {}),
    };
  }

  #about(thing: Thing): OtlpAttribute[] {
    const { ref, id, title, says } = thing;
    const device = this.#plan.devices[ref.device];
    const n = Number(ref.key);
    return [
      text('twinstorm.id', id),
      text('twinstorm.title', title),
      text('twinstorm.scenario', this.#plan.scenario.name),
      ...(says === '' ? [] : [text('twinstorm.says', says)]),
      ...(device === undefined ? [] : [text('twinstorm.device', device.id)]),
      ...(isMessage(thing) && Number.isSafeInteger(n)
        ? [
            text('messaging.system', 'mqtt'),
            text('twinstorm.stream', ref.name),
            { key: 'twinstorm.n', value: { intValue: String(n) } },
          ]
        : []),
    ];
  }

  #links(book: TraceBook, { causes }: Thing): NonNullable<OtlpSpan['links']> {
    return causes.map(({ id, how }) => {
      const cause = book.find(id);
      return {
        traceId:
          cause === undefined
            ? this.#digest(`trace/${id}`, 32)
            : this.#traceId(rootOf(book, cause)),
        spanId: this.#spanId(id),
        attributes: [text('twinstorm.how', how), text('twinstorm.id', id)],
      };
    });
  }

  /** Few and bounded: an entry of the fleet, or what stands there. */
  #serviceOf({ ref }: Thing, { where, who }: TracedHop): string {
    const { devices, entries } = this.#plan;
    const entryOf = (device: number): string =>
      entries[devices[device]?.entry ?? -1]?.id ?? 'devices';
    if (where === 'device' && ref.device >= 0) return entryOf(ref.device);
    if (where === 'gateway' || where === 'link') {
      const named = devices.findIndex(({ id }) => id === who);
      return entryOf(named >= 0 ? named : carrierOf(this.#plan, ref.device));
    }
    return where;
  }

  #traceId = ({ id }: Thing): string => this.#digest(`trace/${id}`, 32);
  #spanId = (id: string): string => this.#digest(`span/${id}`, 16);

  /** The digits of an id; all zeros would be none. */
  #digest(name: string, digits: number): string {
    const hex = this.#wish.digests.sha256Hex(`${this.#wish.run}/${name}`).slice(0, digits);
    return /[1-9a-f]/.test(hex) ? hex : '1'.padStart(digits, '0');
  }

  #nanos(ms: number): string {
    const us = Math.round(this.#wish.zeroUnixMs * 1000) + Math.round(ms * 1000);
    return String(BigInt(us) * 1000n);
  }
}

const text = (key: string, value: string): OtlpAttribute => ({
  key,
  value: { stringValue: value },
});

/** A request of OTLP/HTTP: spans by service. */
export function otlpRequest(spans: readonly ServiceSpan[], version: string, run: string): unknown {
  const services = [...new Set(spans.map(({ service }) => service))];
  return {
    resourceSpans: services.map((service) => ({
      resource: { attributes: [text('service.name', service), text('twinstorm.run', run)] },
      scopeSpans: [
        {
          scope: { name: 'twinstorm', version },
          spans: spans.filter((one) => one.service === service).map(({ span }) => span),
        },
      ],
    })),
  };
}
