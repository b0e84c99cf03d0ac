/**
 * The windows of a rule over one device or place. Each reading is put into those that it came in
 * time for, when all is known; from the first of them on each window is one, whether or not
 * anything was in it.
 */
import { addTo, type WindowPlan } from '#kernel';
import type { Reading } from './terms.ts';

export interface Window {
  from: number;
  /** By the devices' clocks, the time of what it says. */
  at: number;
  /** By the target's clock: when it was over. */
  time: number;
  readings: Reading[];
  /** Those that came just as it closed, of which nobody can say whether they are in it. */
  edge: Reading[];
  /** It may be that none has begun yet. */
  mayBe: boolean;
}

export interface Windows {
  windows: Window[];
  /** Readings that came for a window that was over. */
  missed: number;
  /** And those that came just as the last that they could be in closed. */
  mayMiss: number;
  /** Nobody can say where they part. */
  isUnclear: boolean;
}

/** A target tells in whole milliseconds when something came, and when a window closed. */
export const EDGE_MS = 1;

/** `began`: the target has known the rule since then. `until`: it was asked about it. */
export function windowsOf(
  plan: WindowPlan,
  readings: readonly Reading[],
  began: number,
  until: number,
): Windows {
  const own = readings.filter(({ received }) => received > began);
  const found = plan.gapMs > 0 ? parted(plan, own) : byClock(plan, own, began, until);
  for (const { readings: inside } of found.windows) inside.sort((a, b) => a.at - b.at);
  return { ...found, windows: found.windows.filter(({ time }) => time <= until) };
}

function byClock(
  { everyMs, overMs, lateMs }: WindowPlan,
  readings: readonly Reading[],
  began: number,
  until: number,
): Windows {
  const inside = new Map<number, Reading[]>();
  const edges = new Map<number, Reading[]>();
  let [missed, mayMiss] = [0, 0];
  let [soonest, surely] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const reading of readings) {
    const { at, received } = reading;
    const latest = Math.floor(at / everyMs);
    const starts = Array.from({ length: overMs / everyMs }, (_, k) => (latest - k) * everyMs);
    const known = starts.filter((start) => start >= began && start + overMs > at);
    const lateBy = (start: number): number => received - (start + overMs + lateMs);
    const open = known.filter((start) => lateBy(start) < EDGE_MS);
    const sure = open.filter((start) => lateBy(start) < -EDGE_MS);
    for (const start of open) {
      if (lateBy(start) < 0) addTo(inside, start, reading);
      if (!sure.includes(start)) addTo(edges, start, reading);
      soonest = Math.min(soonest, start);
    }
    for (const start of sure) surely = Math.min(surely, start);
    if (open.length === 0 && known.length > 0) missed++;
    else if (sure.length === 0 && known.length > 0) mayMiss++;
  }
  const windows: Window[] = [];
  if (soonest === Number.POSITIVE_INFINITY) return { windows, missed, mayMiss, isUnclear: false };
  for (let from = soonest; from + overMs + lateMs <= until; from += everyMs) {
    const at = from + overMs;
    const own = { readings: inside.get(from) ?? [], edge: edges.get(from) ?? [] };
    windows.push({ from, at, time: at + lateMs, ...own, mayBe: from < surely });
  }
  return { windows, missed, mayMiss, isUnclear: false };
}

/** What came just as one closed may part them otherwise, and all that follow. */
function parted(plan: WindowPlan, readings: readonly Reading[]): Windows {
  const found = byPauses(plan, readings);
  const others = [-EDGE_MS, EDGE_MS].map((shift) =>
    byPauses(
      plan,
      readings.map((one) => ({ ...one, received: one.received + shift })),
    ),
  );
  const sketchOf = ({ windows }: Parted): string =>
    JSON.stringify(windows.map(({ from, at, readings: { length } }) => [from, at, length]));
  const isUnclear = others.some((one) => sketchOf(one) !== sketchOf(found));
  const counts = [found, ...others].map(({ missed }) => missed);
  const missed = Math.min(...counts);
  return { windows: found.windows, missed, mayMiss: Math.max(...counts) - missed, isUnclear };
}

type Parted = Pick<Windows, 'windows' | 'missed'>;

/** Step by step as readings came, since what is over depends on what had come until then. */
function byPauses({ gapMs, mostMs, lateMs }: WindowPlan, readings: readonly Reading[]): Parted {
  const windows: Window[] = [];
  let [open, passed, missed]: [Reading[], number, number] = [[], 0, 0];
  // Before then no window is over, whatever has come.
  let [soonest, begins] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const close = (now: number): void => {
    while (soonest <= now) {
      const sorted = [...open].sort((a, b) => a.at - b.at);
      const [first] = sorted;
      [soonest, begins] = [Number.POSITIVE_INFINITY, first?.at ?? Number.POSITIVE_INFINITY];
      if (first === undefined) return;
      const parting = sorted.findIndex(
        ({ at }, place) => at >= first.at + mostMs || at - (sorted[place - 1]?.at ?? at) > gapMs,
      );
      const own = parting < 0 ? sorted : sorted.slice(0, parting);
      const last = own.at(-1) ?? first;
      const [quiet, cut] = [last.at + gapMs, first.at + mostMs];
      const time = Math.min(quiet, cut) + lateMs;
      soonest = time;
      if (time > now) return;
      const whole = { readings: own, edge: [], mayBe: false };
      windows.push({ from: first.at, at: last.at, time, ...whole });
      passed = cut <= quiet ? cut : last.at + 1;
      open = sorted.slice(own.length);
    }
  };
  for (const reading of readings) {
    close(reading.received);
    const isLate = reading.received >= reading.at + gapMs + lateMs;
    if (isLate || reading.at < passed) missed++;
    else {
      open.push(reading);
      if (reading.at >= begins) continue;
      // It may be a window of its own before all others.
      begins = reading.at;
      soonest = Math.min(soonest, reading.at + Math.min(gapMs, mostMs) + lateMs);
    }
  }
  close(Number.POSITIVE_INFINITY);
  return { windows, missed };
}
