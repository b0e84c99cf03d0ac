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
}

export interface Windows {
  windows: Window[];
  /** Readings that came for a window that was over. */
  missed: number;
}

/** `began`: the target has known the rule since then. `until`: it was asked about it. */
export function windowsOf(
  plan: WindowPlan,
  readings: readonly Reading[],
  began: number,
  until: number,
): Windows {
  const own = readings.filter(({ received }) => received > began);
  const found = plan.gapMs > 0 ? byPauses(plan, own) : byClock(plan, own, began, until);
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
  let missed = 0;
  for (const reading of readings) {
    const latest = Math.floor(reading.at / everyMs);
    const starts = Array.from({ length: overMs / everyMs }, (_, k) => (latest - k) * everyMs);
    const known = starts.filter((start) => start >= began && start + overMs > reading.at);
    const open = known.filter((start) => reading.received < start + overMs + lateMs);
    for (const start of open) addTo(inside, start, reading);
    if (open.length === 0 && known.length > 0) missed++;
  }
  const windows: Window[] = [];
  if (inside.size === 0) return { windows, missed };
  for (let from = Math.min(...inside.keys()); from + overMs + lateMs <= until; from += everyMs) {
    const at = from + overMs;
    windows.push({ from, at, time: at + lateMs, readings: inside.get(from) ?? [] });
  }
  return { windows, missed };
}

/** Step by step as readings came, since what is over depends on what had come until then. */
function byPauses({ gapMs, mostMs, lateMs }: WindowPlan, readings: readonly Reading[]): Windows {
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
      windows.push({ from: first.at, at: last.at, time, readings: own });
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
