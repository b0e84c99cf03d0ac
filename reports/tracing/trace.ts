/**
 * The trace of one thing: what led to it, itself, and what it led to, each with its hops, the time
 * between them and the faults that stood meanwhile. It goes back from cause to cause and on from
 * effect to effect, never back and on again: what else a cause led to is another story.
 */
import { carrierOf, type Plan } from '#kernel';
import type { Timeline } from '#oracles';
import { ms } from '../judging/witness.ts';
import type { Trace, TracedHop, TracedThing } from '../result.ts';
import { gather, type TraceGround } from './gather.ts';
import { besides } from './seek.ts';
import { type Hop, isMessage, type Thing, type TraceBook } from './trace-book.ts';

export interface TraceBounds {
  /** Things that led to one, and as many that it led to. */
  things: number;
  /** Hops of one thing. */
  hops: number;
}

/** What is asked for, and what is told of it where it is there. */
export interface Asked {
  id: string;
  /** Index into the plan's devices; -1 for none. */
  device: number;
  why: string;
}

/** Causes of causes are looked for in the lives of so many devices. */
const DEVICES_MAX = 400;
/** Each time that others turn up, the ledger is read once more. */
const READS_MAX = 4;

export interface TracesTold {
  traces: Trace[];
  book: TraceBook;
  isCut: boolean;
}

export function traceAll(
  ground: TraceGround,
  asked: readonly Asked[],
  bounds: TraceBounds,
): TracesTold {
  const { plan, timeline } = ground;
  const devices = new Set<number>();
  const add = (device: number): boolean => {
    if (device < 0 || devices.has(device) || devices.size >= DEVICES_MAX) return false;
    devices.add(device);
    devices.add(carrierOf(plan, device));
    return true;
  };
  for (const { device } of asked) add(device);
  for (let reads = 1; ; reads++) {
    const { book, isCut } = gather(ground, devices);
    const found = asked.flatMap(({ id, why }) => {
      const thing = book.find(id);
      return thing?.isKnown === true ? [{ why, around: around(book, thing, bounds.things) }] : [];
    });
    const others = found.flatMap(({ around }) =>
      around.things.flatMap(({ thing, role }) => [
        thing.ref.device,
        ...(role === 'effect' ? [] : besides(ground, thing.ref)),
      ]),
    );
    // The carrier of a device that is new comes with it.
    const hasMore = others.filter((device) => add(device)).length > 0;
    if (hasMore && reads < READS_MAX) continue;
    const traces = found.map((one) => told(plan, timeline, book, one.why, one.around, bounds));
    return { traces, book, isCut };
  }
}

interface Placed {
  thing: Thing;
  role: TracedThing['role'];
  how: string;
  depth: number;
}

interface Around {
  things: Placed[];
  left: number;
}

/** What led to it, nearest first, then itself, then what it led to. */
function around(book: TraceBook, self: Thing, most: number): Around {
  const seen = new Set([self.id]);
  const side = (role: 'cause' | 'effect'): Around => {
    const things: Placed[] = [];
    let left = 0;
    const walk = (thing: Thing, depth: number): void => {
      for (const { id, how } of role === 'cause' ? thing.causes : thing.effects) {
        const next = book.find(id);
        if (next === undefined || seen.has(id)) continue;
        seen.add(id);
        if (things.length >= most) {
          left++;
          continue;
        }
        things.push({ thing: next, role, how, depth });
        walk(next, depth + 1);
      }
    };
    walk(self, 1);
    return { things, left };
  };
  const [causes, effects] = [side('cause'), side('effect')];
  return {
    things: [
      ...causes.things,
      { thing: self, role: 'itself', how: '', depth: 0 },
      ...effects.things,
    ],
    left: causes.left + effects.left,
  };
}

function told(
  plan: Plan,
  timeline: Timeline,
  book: TraceBook,
  why: string,
  { things, left }: Around,
  bounds: TraceBounds,
): Trace {
  const shown = things.map(({ thing, role, how, depth }): TracedThing => {
    const hops = hopsOf(plan, timeline, book, thing);
    const { id, title, says } = thing;
    return { id, title, says, role, how, depth, ...cut(hops, bounds.hops) };
  });
  const instants = shown.flatMap(({ hops }) =>
    hops.filter(({ found, aside }) => !found && !aside).map(({ t }) => t),
  );
  const [from, to] = [Math.min(...instants), Math.max(...instants)];
  const self = things.find(({ role }) => role === 'itself')?.thing;
  return {
    id: self?.id ?? '',
    title: self?.title ?? '',
    why,
    from: Number.isFinite(from) ? from : 0,
    to: Number.isFinite(to) ? to : 0,
    things: shown,
    left,
    targetAhead: ms(book.targetClock.ahead.likely),
  };
}

/** The first and the last are what one looks for. */
function cut(hops: readonly TracedHop[], most: number): Pick<TracedThing, 'hops' | 'left'> {
  if (hops.length <= most) return { hops: [...hops], left: 0 };
  const head = Math.ceil(most / 2);
  const kept = [...hops.slice(0, head), ...hops.slice(hops.length - (most - head))];
  return { hops: kept, left: hops.length - most };
}

/** In the order of time; what was found at the end comes last. */
export function hopsOf(plan: Plan, timeline: Timeline, book: TraceBook, thing: Thing): TracedHop[] {
  const { device } = thing.ref;
  const { likely } = book.targetClock.ahead;
  const all = thing.hops.map((hop) =>
    hop.isToldByTarget === true && hop.isSetRight !== true ? { ...hop, t: hop.t - likely } : hop,
  );
  const own = all.filter(({ isFound }) => isFound !== true);
  const [first, last] = [Math.min(...own.map(({ t }) => t)), Math.max(...own.map(({ t }) => t))];
  const asides = isMessage(thing) ? asidesOf(book, carrierOf(plan, device), first, last) : [];
  const inTime = inOrder([...own, ...asides]);
  const found = inOrder(all.filter(({ isFound }) => isFound === true));
  let before: number | null = null;
  return [...inTime, ...found].map((hop) => {
    const since = hop.isFound === true || before === null ? null : hop.t - before;
    const faults = since === null ? [] : standing(timeline, device, before ?? 0, hop.t);
    before = hop.t;
    return {
      t: ms(hop.t),
      since: since === null ? null : ms(since),
      where: hop.where,
      who: hop.who,
      as: hop.as,
      what: hop.what,
      faults,
      found: hop.isFound === true,
      aside: hop.isAside === true,
      byTarget: hop.isToldByTarget === true,
    };
  });
}

/** What kept a message that took its time: how things stood when it was due, and what changed. */
function asidesOf(book: TraceBook, device: number, first: number, last: number): Hop[] {
  if (last <= first) return [];
  const all = book.asidesOf(device);
  const before = all.findLast(({ t }) => t <= first);
  return [
    ...(before?.isAway === true ? [before] : []),
    ...all.filter(({ t }) => t > first && t <= last),
  ];
}

const inOrder = (hops: readonly Hop[]): Hop[] =>
  hops
    .map((hop, index) => ({ hop, rank: rankOf(hop), index }))
    .sort((a, b) => a.hop.t - b.hop.t || a.rank - b.rank || a.index - b.index)
    .map(({ hop }) => hop);

/** Among what happened at one instant: why it could happen comes before it. */
const rankOf = ({ comesFirst, isAside }: Hop): number =>
  comesFirst === true ? 0 : isAside === true ? 1 : 2;

/** Faults that acted on a device, or on the target, between two instants. */
function standing(timeline: Timeline, device: number, from: number, to: number): string[] {
  if (to <= from) return [];
  const windows =
    device < 0
      ? timeline.faults.filter(({ plan }) => plan.acts === 'target')
      : timeline.faultsOn(device);
  const names = windows
    .filter((fault) => fault.injected && fault.from < to && fault.to > from)
    .map(({ id, plan }) => `${id} (${plan.fault})`);
  return [...new Set(names)];
}
