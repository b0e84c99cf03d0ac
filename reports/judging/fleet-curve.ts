/**
 * How many devices were connected at any time, and how the targets of each fault came back. A
 * device that is asleep by its own schedule counts as present: nobody took it away.
 */
import type { LedgerEntryOf } from '#kernel';
import { type FaultWindow, isPlannedEnd, isSilentEnd, type Timeline, windowsOn } from '#oracles';
import { isMeek, type LinkOf } from '../link.ts';
import type { Recovery, Series } from '../result.ts';

const AWAY = 0;
const ONLINE = 1;
const ASLEEP = 2;
/** Without power, or without memory: nobody hung up on it. */
const DOWN = 3;

const isAway = (standing: number): boolean => standing === AWAY || standing === DOWN;

/** Latency is back when p99 is within this factor of its steady value, or this much above it. */
const LATENCY_FACTOR = 1.5;
const LATENCY_ABOVE_MS = 20;
/** What is torn in the last moment of a fault may be noticed so much later. */
const NOTICED_US = 1_000_000;

export class FleetCurve {
  readonly #devices: number;
  readonly #isMeek: (fault: FaultWindow) => boolean;
  readonly #times: number[] = [];
  readonly #who: number[] = [];
  readonly #what: number[] = [];
  #order: number[] | null = null;
  /**
   * Latest delivery after the heal of something intended during the fault, by fault id;
   * microseconds.
   */
  readonly #backlog = new Map<string, number>();

  constructor(devices: number, linkOf: LinkOf) {
    this.#devices = devices;
    this.#isMeek = ({ plan }) => isMeek(linkOf(plan));
  }

  /** An `online`, `offline` or `off` entry. */
  step(entry: LedgerEntryOf<'online' | 'offline' | 'off'>): void {
    const what = standingAfter(entry);
    this.#times.push(entry.t);
    this.#who.push(entry.device);
    this.#what.push(what);
    this.#order = null;
  }

  /** Something intended during a fault on its device was delivered. */
  delivered(faults: readonly FaultWindow[], intended: number, t: number): void {
    for (const fault of faults) {
      if (intended < fault.from || intended >= fault.to || t < fault.to) continue;
      const behind = t - fault.to;
      if (behind > (this.#backlog.get(fault.id) ?? -1)) this.#backlog.set(fault.id, behind);
    }
  }

  /** Asks for rising instants only. */
  connected(): (us: number) => number {
    const states = new Uint8Array(this.#devices);
    const order = this.#sorted();
    let at = 0;
    let connected = 0;
    return (us) => {
      for (; at < order.length; at++) {
        const index = order[at] ?? 0;
        if ((this.#times[index] ?? 0) > us) break;
        const device = this.#who[index] ?? 0;
        const online = this.#what[index] === ONLINE ? 1 : 0;
        connected += online - (states[device] ?? 0);
        states[device] = online;
      }
      return connected;
    };
  }

  recoveryOf(
    fault: FaultWindow,
    timeline: Timeline,
    p99: Series,
    steadyP99Ms: number | null,
  ): Recovery | null {
    if (!fault.injected) return null;
    const walk = this.#walk(fault, timeline);
    const back = (share: number): number | null => {
      if (walk.firstAway === null || fault.to === Number.POSITIVE_INFINITY) return null;
      const needed = Math.ceil(share * walk.base - 1e-9);
      let since: number | null = null;
      for (const { t, present } of walk.curve) {
        if (present < needed) since = null;
        else since ??= t;
      }
      return since === null ? null : (since - fault.to) / 1000;
    };
    const backlog = this.#backlog.get(fault.id);
    return {
      disconnectedShare: walk.base === 0 ? 0 : Math.min(1, walk.mostAway / walk.base),
      detectMs: walk.firstAway === null ? null : (walk.firstAway - fault.from) / 1000,
      peakReconnectsPerSecond: walk.peakPerSecond,
      to50Ms: back(0.5),
      to95Ms: back(0.95),
      to99Ms: back(0.99),
      to100Ms: back(1),
      backlogMs: backlog === undefined ? null : backlog / 1000,
      latencyMs: latencyBack(fault, horizonOf(fault, timeline), p99, steadyP99Ms),
    };
  }

  /** Follows the fault's targets from its injection to the end of the run. */
  #walk(fault: FaultWindow, timeline: Timeline): Walk {
    const end = fleetWatchedUntil(timeline);
    const states = new Uint8Array(this.#devices);
    const released = releaseTimes(fault, timeline, this.#devices, this.#isMeek);
    const isOthers = this.#othersDoing(fault, timeline);
    const walk: Walk = { base: 0, mostAway: 0, firstAway: null, curve: [], peakPerSecond: 0 };
    const perSecond = new Map<number, number>();
    let present = 0;
    let begun = false;
    let healed = false;
    const begin = (): void => {
      begun = true;
      walk.base = present;
    };
    const heal = (): void => {
      healed = true;
      walk.curve.push({ t: fault.to, present });
    };
    for (const index of this.#sorted()) {
      const t = this.#times[index] ?? 0;
      const device = this.#who[index] ?? 0;
      if (t >= end) break;
      const release = released[device] ?? 0;
      const was = isAway(states[device] ?? AWAY) ? 0 : 1;
      // Not a target; or a later fault has it, and it was back before: its absences are that one's
      // from then on.
      if (release === 0 || (t >= release && was === 1)) continue;
      if (!begun && t >= fault.from) begin();
      if (!healed && t >= fault.to) heal();
      const what = this.#what[index] ?? AWAY;
      if (was === 1 && isAway(what) && isOthers(device, t)) continue;
      // Who was back and goes down by itself was back all the same.
      if (healed && was === 1 && what === DOWN) {
        released[device] = t;
        continue;
      }
      states[device] = what;
      present += (isAway(what) ? 0 : 1) - was;
      if (!begun) continue;
      if (isAway(what)) walk.firstAway ??= t;
      walk.mostAway = Math.max(walk.mostAway, walk.base - present);
      if (!healed) continue;
      walk.curve.push({ t, present });
      if (what === ONLINE) {
        const second = Math.floor((t - fault.to) / 1_000_000);
        perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
      }
    }
    if (!begun) begin();
    if (!healed && fault.to < end) heal();
    walk.peakPerSecond = Math.max(0, ...perSecond.values());
    return walk;
  }

  /** Whether who leaves at that time leaves by another fault, since by this one nobody does. */
  #othersDoing(fault: FaultWindow, timeline: Timeline): (device: number, us: number) => boolean {
    if (!this.#isMeek(fault)) return () => false;
    return (device, us) =>
      timeline
        .faultsOn(device)
        .some(
          (other) =>
            other.id !== fault.id &&
            other.injected &&
            us >= other.from &&
            us <= other.to + NOTICED_US &&
            !this.#isMeek(other),
        );
  }

  #sorted(): readonly number[] {
    this.#order ??= this.#times
      .map((_, index) => index)
      .sort((a, b) => {
        const byTime = (this.#times[a] ?? 0) - (this.#times[b] ?? 0);
        return byTime !== 0 ? byTime : (this.#who[a] ?? 0) - (this.#who[b] ?? 0) || a - b;
      });
    return this.#order;
  }
}

function standingAfter(entry: LedgerEntryOf<'online' | 'offline' | 'off'>): number {
  if (entry.op === 'online') return ONLINE;
  if (entry.op === 'off' || isSilentEnd(entry.why)) return DOWN;
  return isPlannedEnd(entry.why) ? ASLEEP : AWAY;
}

interface Walk {
  /** Targets present at the injection. */
  base: number;
  mostAway: number;
  firstAway: number | null;
  /** Present targets from the heal on. */
  curve: { t: number; present: number }[];
  peakPerSecond: number;
}

/** By device: from when on its absences are a later fault's; 0 for who is not a target. */
function releaseTimes(
  fault: FaultWindow,
  timeline: Timeline,
  devices: number,
  isMeekOne: (fault: FaultWindow) => boolean,
): Float64Array {
  const times = new Float64Array(devices);
  // One that takes nobody away takes nobody over either.
  const takesOver = isMeekOne(fault) ? undefined : (other: FaultWindow) => !isMeekOne(other);
  for (const device of fault.plan.devices) {
    const last = windowsOn(timeline, fault, device).at(-1);
    // One that is tied to a state was never met by some.
    if (last !== undefined) times[device] = releaseOf(last, timeline, device, takesOver);
  }
  return times;
}

/**
 * When the next fault takes a device over, or the same one again, after a window of the device's:
 * at its end where another one still acts; Infinity when none does.
 */
export function releaseOf(
  window: FaultWindow,
  timeline: Timeline,
  device: number,
  takesOver: (other: FaultWindow) => boolean = () => true,
): number {
  let release = Number.POSITIVE_INFINITY;
  for (const other of timeline.faultsOn(device)) {
    if (other === window || !other.injected || other.to <= window.to) continue;
    if (!takesOver(other)) continue;
    release = Math.min(release, Math.max(other.from, window.to));
  }
  return release;
}

/** Devices go on coming back while the run drains, though they sample no more. */
export function fleetWatchedUntil(timeline: Timeline): number {
  return Math.min(timeline.phase('drain')?.to ?? timeline.samplingEnd, timeline.end);
}

/** Latency is the whole fleet's: it is watched until the next fault of any kind. */
function horizonOf(fault: FaultWindow, timeline: Timeline): number {
  let horizon = timeline.samplingEnd;
  for (const other of timeline.faults) {
    const later = other !== fault && other.injected && other.from >= fault.to;
    if (later && other.from < horizon) horizon = other.from;
  }
  return horizon;
}

/**
 * From the heal to the end of the last bucket whose p99 was out of tolerance; null when it never
 * left or never came back.
 */
function latencyBack(
  fault: FaultWindow,
  horizon: number,
  p99: Series,
  steadyMs: number | null,
): number | null {
  if (steadyMs === null || fault.to === Number.POSITIVE_INFINITY) return null;
  const bound = Math.max(steadyMs * LATENCY_FACTOR, steadyMs + LATENCY_ABOVE_MS);
  const fromMs = fault.from / 1000;
  const healMs = fault.to / 1000;
  let lastBad: number | null = null;
  let isGood = true;
  for (let bucket = 0; bucket < p99.values.length; bucket++) {
    const value = p99.values[bucket] ?? null;
    const start = p99.t0 + bucket * p99.step;
    if (value === null || start + p99.step <= fromMs) continue;
    // What comes after the horizon is another fault's, unless this one's effect has not ended yet.
    if (start + p99.step > horizon / 1000 && isGood) break;
    isGood = value <= bound;
    if (!isGood) lastBad = start;
  }
  if (lastBad === null || !isGood) return null;
  return Math.max(0, lastBad + p99.step - healMs);
}
