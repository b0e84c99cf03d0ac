/**
 * The alarms of one rule over one device, looked for in all of its readings at once: stretches in
 * which each reading says so, the first reading of a stretch by which it has lasted long enough,
 * and the first reading after that which says that it is over.
 */

export interface Reading {
  n: number;
  /** By the device, and by the target; milliseconds. */
  at: number;
  received: number;
  values: Readonly<Record<string, number>>;
}

/** By the readings, in milliseconds: since when, by when it was due, and when it was over. */
export interface Alarm {
  since: number;
  at: number;
  cleared: number | null;
}

type Condition = (values: Reading['values']) => boolean;

export function alarmsIn(
  readings: readonly Reading[],
  when: Condition,
  isOver: Condition,
  forMs: number,
): Alarm[] {
  const sorted = inTurn(readings);
  const says = sorted.map(({ values }) => when(values));
  const alarms: Alarm[] = [];
  for (let from = 0; from < sorted.length; ) {
    const start = says.indexOf(true, from);
    if (start < 0) break;
    const stop = says.indexOf(false, start);
    const end = stop < 0 ? sorted.length : stop;
    const since = sorted[start]?.at ?? 0;
    const due = sorted.findIndex(
      (one, place) => place >= start && place < end && one.at - since >= forMs,
    );
    if (due < 0) {
      from = end;
      continue;
    }
    const over = sorted.findIndex((one, place) => place > due && isOver(one.values));
    const cleared = over < 0 ? null : (sorted[over]?.at ?? null);
    alarms.push({ since, at: sorted[due]?.at ?? 0, cleared });
    from = over < 0 ? sorted.length : over + 1;
  }
  return alarms;
}

/** In the order in which they came, without those that came after a later one. */
function inTurn(readings: readonly Reading[]): Reading[] {
  const sorted = [...readings].sort((a, b) => a.received - b.received || a.at - b.at);
  let last = -1;
  return sorted.filter(({ at }) => {
    if (at <= last) return false;
    last = at;
    return true;
  });
}
