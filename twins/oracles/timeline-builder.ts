/**
 * Folds all segments of a ledger into the timeline, one after the other, in any order. Nothing is
 * kept of messages, so its memory grows with faults, probes and reconnects of observers only.
 */
import {
  isHole,
  type LedgerEntry,
  type LedgerEntryOf,
  type Plan,
  type SegmentHeader,
  type SegmentReader,
} from '#kernel';
import { AwayNotes } from './away-notes.ts';
import { FaultWindows } from './fault-windows.ts';
import { Looks } from './looks.ts';
import type {
  FaultWindow,
  Foreign,
  HealthSample,
  LaneReads,
  ObserverGap,
  ProbeSighting,
  SegmentFacts,
  Span,
  Stall,
  TapSighting,
  Timeline,
  Unreadable,
} from './timeline.ts';
import { Troubles } from './troubles.ts';

const KEPT = 100;

interface ObserverEvent {
  t: number;
  up: boolean;
  text: string;
}

export class TimelineBuilder {
  readonly #plan: Plan;
  readonly #phases: (Span & { name: string })[] = [];
  readonly #faults: FaultWindow[];
  readonly #struck = new FaultWindows();
  readonly #troubles: Troubles;
  readonly #away = new AwayNotes();
  readonly #stalls: Stall[] = [];
  readonly #health: HealthSample[] = [];
  readonly #halts: { t: number; text: string }[] = [];
  readonly #notes: { t: number; text: string }[] = [];
  readonly #lost: string[] = [];
  readonly #unread: { port: string; why: string }[] = [];
  readonly #probes = new Map<number, ProbeSighting[]>();
  readonly #taps = new Map<string, TapSighting[]>();
  readonly #foreign: Foreign[] = [];
  readonly #observers = new Map<number, ObserverEvent[]>();
  readonly #reads = new Map<number, LaneReads>();
  readonly #looks: Looks;
  readonly #segments: SegmentFacts[] = [];
  readonly #unreadable: Unreadable[] = [];
  #foreignCount = 0;
  #tellsGrants = false;
  #gate: Timeline['gate'] = null;
  #fired: Timeline['fired'] = null;
  #brokeOff: Timeline['brokeOff'] = null;
  #segment: SegmentFacts | null = null;
  #segmentReads = nothingRead();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#troubles = new Troubles(plan);
    this.#looks = new Looks(plan);
    this.#faults = plan.faults.map((fault) => ({
      id: fault.id,
      plan: fault,
      from: Number.POSITIVE_INFINITY,
      to: Number.POSITIVE_INFINITY,
      injected: false,
      healed: false,
    }));
  }

  /**
   * The next segment begins. `planSha256` is what its header should say; empty skips the
   * comparison.
   */
  open(header: SegmentHeader, planSha256: string): void {
    this.#segmentReads = nothingRead();
    this.#segment = {
      name: header.segment,
      lanes: header.lanes,
      ...(header.beside === true ? { beside: true } : {}),
      damage: [],
      strange: planSha256 !== '' && header.planSha256 !== planSha256,
      entries: 0,
      lastAt: 0,
      closed: false,
    };
  }

  /** What should be a segment and cannot be opened. */
  miss(unreadable: Unreadable): void {
    this.#unreadable.push(unreadable);
  }

  step(entry: LedgerEntry): void {
    const segment = this.#segment;
    if (segment === null) return;
    this.#troubles.step(entry);
    segment.entries++;
    segment.lastAt = entry.t;
    this.#note(entry, segment);
  }

  #note(entry: LedgerEntry, segment: SegmentFacts): void {
    const { t } = entry;
    switch (entry.op) {
      case 'phase':
        this.#phase(entry);
        break;
      case 'fault':
        this.#fault(entry);
        break;
      case 'struck':
      case 'relieved':
        this.#struck.step(entry);
        break;
      case 'subscribed':
        this.#tellsGrants = true;
        break;
      case 'target':
      case 'hand':
        this.#away.step(entry);
        break;
      case 'stall':
        this.#stall(entry);
        break;
      case 'health':
        this.#health.push({ t, process: entry.process, lagUs: entry.lagUs });
        break;
      case 'gate':
        this.#gate = { t, open: entry.open, text: entry.figures };
        break;
      case 'halt':
      case 'note':
      case 'unread':
      case 'lost':
      case 'mutant':
      case 'broke-off':
        this.#remark(entry);
        break;
      case 'probe':
      case 'tapped':
        this.#sighting(entry);
        break;
      case 'foreign':
        this.#stranger(entry);
        break;
      case 'observer':
        this.#observer(entry, segment);
        break;
      case 'look':
        this.#looks.step(entry, segment.lanes);
        break;
      case 'stored':
      case 'retained':
      case 'presence':
      case 'final-read':
        this.#finalRead(entry);
        break;
    }
  }

  #sighting(entry: LedgerEntryOf<'probe' | 'tapped'>): void {
    const { t } = entry;
    if (entry.op === 'probe') {
      listOf(this.#probes, entry.cohort).push({ t, text: entry.saw, b: entry.value });
    } else listOf(this.#taps, entry.fault).push({ t, device: entry.device, count: entry.count });
  }

  #remark(
    entry: LedgerEntryOf<'broke-off' | 'halt' | 'lost' | 'mutant' | 'note' | 'unread'>,
  ): void {
    const { t } = entry;
    switch (entry.op) {
      case 'mutant':
        this.#fired = entry.fired;
        return;
      case 'halt':
        this.#halts.push({ t, text: entry.why });
        return;
      case 'broke-off':
        this.#brokeOff ??= { t, text: entry.why };
        return;
      case 'lost':
        if (this.#lost.length < KEPT) this.#lost.push(entry.why);
        return;
      case 'note':
        if (this.#notes.length < KEPT) this.#notes.push({ t, text: entry.text });
        return;
      case 'unread':
        this.#cannotRead(entry);
    }
  }

  /** Each shard asks for itself, and is mostly told the same. */
  #cannotRead({ port, why }: LedgerEntryOf<'unread'>): void {
    const isKnown = this.#unread.some((one) => one.port === port && one.why === why);
    if (!isKnown && this.#unread.length < KEPT) this.#unread.push({ port, why });
  }

  #stranger({ t, topic, hash }: LedgerEntryOf<'foreign'>): void {
    this.#foreignCount++;
    if (this.#foreign.length < KEPT) this.#foreign.push({ t, text: topic, hash });
  }

  /** The segment was read to its end. */
  close({ damage, isClosed }: Pick<SegmentReader, 'damage' | 'isClosed'>): void {
    const segment = this.#segment;
    if (segment === null) return;
    segment.damage = damage;
    segment.closed = isClosed;
    const reads = this.#segmentReads;
    for (const lane of segment.lanes) {
      this.#reads.set(lane, reads);
      // Whatever came after the last entry, nobody was there to see it.
      listOf(this.#observers, lane).push({ t: segment.lastAt, up: false, text: 'end' });
    }
    this.#looks.close();
    this.#segments.push(segment);
    this.#segment = null;
  }

  finish(): Timeline {
    const end = Math.max(0, ...this.#segments.map((segment) => segment.lastAt));
    const phases = this.#phases.sort((a, b) => a.from - b.from);
    const drain = phases.find((phase) => phase.name === 'drain');
    const samplingEnd = drain?.from ?? end;
    const gaps = new Map(
      [...this.#observers].map(([lane, events]) => [lane, gapsFrom(events)] as const),
    );
    const own = this.#segments.find(isOwn) ?? null;
    const damagedLanes = this.#damagedLanes(own);
    const byDevice = this.#struck.byDevice(this.#plan, this.#faults);
    for (const sightings of this.#probes.values()) sightings.sort((a, b) => a.t - b.t);
    return {
      phases,
      faults: this.#faults,
      downs: downsFrom(this.#away.target),
      target: this.#away.target,
      hands: this.#away.hands,
      stalls: this.#stalls.sort((a, b) => a.from - b.from || (a.process < b.process ? -1 : 1)),
      health: this.#health,
      gate: this.#gate,
      troubles: this.#troubles.list,
      halts: this.#halts,
      notes: this.#notes,
      lost: this.#lost,
      unread: this.#unread,
      fired: this.#fired,
      brokeOff: this.#brokeOff,
      probes: this.#probes,
      taps: this.#taps,
      foreign: { count: this.#foreignCount, examples: this.#foreign },
      segments: this.#segments,
      unreadable: this.#unreadable,
      own,
      tellsGrants: this.#tellsGrants,
      damagedLanes,
      isWhole: damagedLanes.size === 0 && own !== null && isWhole(own),
      samplingEnd,
      end,
      gapsOf: (lane) => gaps.get(lane) ?? NEVER_WATCHED,
      readsOf: (lane) => this.#reads.get(lane) ?? nothingRead(),
      looksOf: (lane) => this.#looks.of(lane),
      faultsOn: (device) => byDevice[device] ?? NO_FAULTS,
      phase: (name) => phases.find((phase) => phase.name === name) ?? null,
    };
  }

  #stall({ t, us, process, outside }: LedgerEntryOf<'stall'>): void {
    this.#stalls.push({ process, from: t - us, to: t, outside });
  }

  #phase(entry: LedgerEntryOf<'phase'>): void {
    if (entry.begins) {
      this.#phases.push({ name: entry.name, from: entry.t, to: Number.POSITIVE_INFINITY });
      return;
    }
    const open = this.#phases.findLast((phase) => phase.name === entry.name);
    if (open !== undefined) open.to = entry.t;
  }

  #fault(entry: LedgerEntryOf<'fault'>): void {
    const fault = this.#faults.find((one) => one.id === entry.fault);
    if (fault === undefined) return;
    if (entry.injected) {
      fault.injected = true;
      fault.from = entry.t;
    } else if (fault.injected) {
      fault.healed = true;
      fault.to = entry.t;
    }
  }

  /** Lanes are a slice of the segment's own list: it need not be contiguous. */
  #observer(entry: LedgerEntryOf<'observer'>, segment: SegmentFacts): void {
    const first = segment.lanes.indexOf(entry.first);
    if (first < 0) return;
    for (const lane of segment.lanes.slice(first, first + entry.lanes)) {
      listOf(this.#observers, lane).push({ t: entry.t, up: entry.up, text: entry.why });
    }
  }

  #finalRead(entry: LedgerEntryOf<'stored' | 'retained' | 'presence' | 'final-read'>): void {
    const reads = this.#segmentReads;
    if (entry.t < reads.beganAt) reads.beganAt = entry.t;
    if (entry.op !== 'final-read') return;
    const { complete, part } = entry;
    if (part !== 'begin') reads.parts.set(part, (reads.parts.get(part) ?? true) && complete);
  }

  #damagedLanes(own: SegmentFacts | null): Set<number> {
    const whole = new Set<number>();
    if (own !== null && isWhole(own)) {
      for (const segment of this.#segments.filter(isWhole)) {
        for (const lane of segment.lanes) whole.add(lane);
      }
    }
    const beside = this.#segments.filter((segment) => segment.beside === true);
    const isBesideWhole = beside.length > 0 && beside.every(isWhole);
    const damaged = new Set<number>();
    for (const { lane, load } of this.#plan.devices) {
      if (!whole.has(lane) || (load === true && !isBesideWhole)) damaged.add(lane);
    }
    return damaged;
  }
}

/** What concerns everybody, and is of no lane. */
const isOwn = ({ lanes, beside }: SegmentFacts): boolean => lanes.length === 0 && beside !== true;

/** Who came to its end had something to tell: an empty segment was never written. */
const isWhole = ({ damage, entries, strange }: SegmentFacts): boolean =>
  entries > 0 && !strange && !damage.some(isHole);

const NO_FAULTS: readonly FaultWindow[] = [];

/** Why an observer went that did not mean to. */
const LOST = 'closed';

const NEVER_WATCHED: readonly ObserverGap[] = [
  { from: 0, to: Number.POSITIVE_INFINITY, kept: false },
];

const nothingRead = () => ({
  parts: new Map<string, boolean>(),
  beganAt: Number.POSITIVE_INFINITY,
});

function listOf<K, V>(lists: Map<K, V[]>, key: K): V[] {
  let list = lists.get(key);
  if (list === undefined) {
    list = [];
    lists.set(key, list);
  }
  return list;
}

/**
 * Before the first time up, between down and up, and after the last time down. What was lost again
 * before it was up ends one gap and begins another: a kept session may have brought something.
 */
function gapsFrom(events: readonly ObserverEvent[]): ObserverGap[] {
  const gaps: ObserverGap[] = [];
  let downs = [0];
  const back = (to: number, kept: boolean): void => {
    downs.forEach((from, k) => {
      gaps.push({ from, to: downs[k + 1] ?? to, kept });
    });
    downs = [];
  };
  for (const event of [...events].sort((a, b) => a.t - b.t)) {
    if (event.up) back(event.t, event.text === 'session-present');
    else if (downs.length === 0 || event.text === LOST) downs.push(event.t);
  }
  back(Number.POSITIVE_INFINITY, false);
  return gaps;
}

function downsFrom(events: readonly { t: number; text: string }[]): Span[] {
  const downs: Span[] = [];
  for (const { t, text } of events) {
    const last = downs.at(-1);
    const open = last !== undefined && last.to === Number.POSITIVE_INFINITY;
    if (text === 'killed' && !open) downs.push({ from: t, to: Number.POSITIVE_INFINITY });
    if (text === 'accepting' && open) last.to = t;
  }
  return downs;
}
