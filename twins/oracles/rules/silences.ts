/** Stretches in which nothing newer came of a device: from one that did to the next. */
import type { DueAlarm } from './alarms.ts';
import type { Reading } from './terms.ts';
import { EDGE_MS } from './windows.ts';

/** `readings`: those in turn, as they came. `began`: the target has known the rule since then. */
export function silencesOf(
  silentMs: number,
  readings: readonly Reading[],
  began: number,
): DueAlarm[] {
  const before = readings.filter(({ received }) => received <= began).at(-1);
  const after = readings.filter(({ received }) => received > began);
  const came = [Math.max(began, before?.received ?? 0), ...after.map(({ received }) => received)];
  return came.flatMap((since, place): DueAlarm[] => {
    const next = came[place + 1] ?? null;
    const due = since + silentMs;
    if (next !== null && next < due - EDGE_MS) return [];
    // What came just then may have been in time.
    const isUnsure = next !== null && next < due + EDGE_MS;
    const silence = { since, at: due, due, cleared: next, overAt: next };
    return [isUnsure ? { ...silence, isUnsure } : silence];
  });
}
