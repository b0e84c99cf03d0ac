/**
 * The alarms of one rule over one device or place, looked for in all of its moments at once:
 * stretches in which each says so, the first moment of a stretch by which it has lasted long
 * enough, and after that the first stretch that has said for long enough that it is over.
 */

/** A reading, a window or a silence, and what is said of it. */
export interface Moment {
  at: number;
  /** Since when it has been so, where that is another time. */
  since?: number;
  /** By the target's clock: when it counted. */
  time: number;
  when: boolean;
  clear: boolean;
  /** What nobody can say, since two ways of adding up numbers may differ in it. */
  unclear?: ('when' | 'clear')[];
}

/** By the moments, in milliseconds: since when, by when it was due, and when it was over. */
export interface Alarm {
  since: number;
  at: number;
  cleared: number | null;
}

export interface DueAlarm extends Alarm {
  /** By the target's clock: when it was due, and when it was over. */
  due: number;
  overAt: number | null;
}

/** What a rule asks for, from a time of the target's clock on. */
export interface Asked {
  from: number;
  forMs: number;
  clearForMs: number;
}

/** What is so whatever was so where nobody can say, and what is so in some of these cases alone. */
export interface Told {
  alarms: DueAlarm[];
  disputed: DueAlarm[];
  /** There are more such cases than anybody looks through. */
  isUnclear: boolean;
}

/** So many things that nobody can say are gone through in all ways. */
const UNCLEAR_MOST = 6;

export function alarmsTold(moments: readonly Moment[], versions: readonly Asked[]): Told {
  const open = moments.flatMap(({ unclear = [] }, place) =>
    unclear.map((which) => ({ place, which })),
  );
  if (open.length === 0) {
    return { alarms: alarmsIn(moments, versions), disputed: [], isUnclear: false };
  }
  if (open.length > UNCLEAR_MOST) return { alarms: [], disputed: [], isUnclear: true };
  const worlds = Array.from({ length: 2 ** open.length }, (_, world) => {
    const bent = [...moments];
    open.forEach(({ place, which }, bit) => {
      const moment = bent[place] as Moment;
      bent[place] = { ...moment, [which]: Math.floor(world / 2 ** bit) % 2 === 1 };
    });
    return alarmsIn(bent, versions);
  });
  const all = new Map(worlds.flat().map((alarm) => [JSON.stringify(alarm), alarm]));
  const isInAll = (key: string): boolean =>
    worlds.every((world) => world.some((alarm) => JSON.stringify(alarm) === key));
  const alarms = [...all].filter(([key]) => isInAll(key)).map(([, alarm]) => alarm);
  const disputed = [...all].filter(([key]) => !isInAll(key)).map(([, alarm]) => alarm);
  return { alarms, disputed, isUnclear: false };
}

/** `versions` first to last; before the first nothing is asked for. */
function alarmsIn(moments: readonly Moment[], versions: readonly Asked[]): DueAlarm[] {
  const asked = moments.map(({ time }) => versions.findLastIndex(({ from }) => from < time));
  const own = moments.filter((_, place) => (asked[place] ?? -1) >= 0);
  const version = asked.filter((one) => one >= 0);
  const alarms: DueAlarm[] = [];
  for (let from = 0; ; ) {
    const due = lasting(own, version, from, 'when', (one) => versions[one]?.forMs ?? 0);
    if (due === null) return alarms;
    const over = lasting(
      own,
      version,
      due.end + 1,
      'clear',
      (one) => versions[one]?.clearForMs ?? 0,
    );
    const [first, last] = [own[due.start] as Moment, own[due.end] as Moment];
    const end = over === null ? null : (own[over.end] as Moment);
    const told = { since: first.since ?? first.at, at: last.at, cleared: end?.at ?? null };
    alarms.push({ ...told, due: last.time, overAt: end?.time ?? null });
    if (over === null) return alarms;
    from = over.end + 1;
  }
}

/** The first stretch from there on that says so for long enough, up to where it has. */
function lasting(
  moments: readonly Moment[],
  version: readonly number[],
  from: number,
  which: 'when' | 'clear',
  spanOf: (version: number) => number,
): { start: number; end: number } | null {
  for (let start = from; start < moments.length; ) {
    const isSo = (place: number): boolean =>
      moments[place]?.[which] === true && version[place] === version[start];
    if (!isSo(start)) {
      start++;
      continue;
    }
    let stop = start;
    while (isSo(stop)) stop++;
    const { at, since = at } = moments[start] as Moment;
    // Only what made it due may have begun before its moment.
    const origin = which === 'when' ? since : at;
    for (let end = start; end < stop; end++) {
      const lasted = (moments[end]?.at ?? 0) - origin;
      if (lasted >= spanOf(version[start] ?? 0)) return { start, end };
    }
    start = stop;
  }
  return null;
}
