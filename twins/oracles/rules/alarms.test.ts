/**
 * Courses that are carried along come to the same as each of them by itself: all ways to take what
 * nobody can say, gone through one by one by a slower way to look for what lasted.
 */
import { expect, it } from 'vitest';
import { type Random, randomStream } from '#kernel';
import { type Alarm, type Asked, alarmsTold, type DueAlarm, type Moment } from './alarms.ts';

const TRIES = 3000;
const UNCLEAR_MOST = 5;

/** By stretches: the first that says so for long enough, then the first that says it is over. */
function oneCourse(moments: readonly Moment[], versions: readonly Asked[]): DueAlarm[] {
  const version = moments.map(({ time }) => versions.findLastIndex(({ from }) => from < time));
  const alarms: DueAlarm[] = [];
  for (let from = 0; ; ) {
    const due = lasting(moments, version, from, 'when', (one) => versions[one]?.forMs ?? 0);
    if (due === null) return alarms;
    const spanOf = (one: number): number => versions[one]?.clearForMs ?? 0;
    const over = lasting(moments, version, due.end + 1, 'clear', spanOf);
    const [first, last] = [moments[due.start] as Moment, moments[due.end] as Moment];
    const end = over === null ? null : (moments[over.end] as Moment);
    const told = { since: first.since ?? first.at, at: last.at, cleared: end?.at ?? null };
    alarms.push({ ...told, due: last.time, overAt: end?.time ?? null });
    if (over === null) return alarms;
    from = over.end + 1;
  }
}

function lasting(
  moments: readonly Moment[],
  version: readonly number[],
  from: number,
  which: 'when' | 'clear',
  spanOf: (version: number) => number,
): { start: number; end: number } | null {
  for (let start = from; start < moments.length; start++) {
    const { at, since = at } = moments[start] as Moment;
    const isSo = (place: number): boolean =>
      moments[place]?.[which] === true && version[place] === version[start];
    const isFirst = start === from || moments[start - 1]?.[which] !== true;
    if (!isSo(start) || !(isFirst || version[start] !== version[start - 1])) continue;
    for (let end = start; isSo(end); end++) {
      const lasted = (moments[end]?.at ?? 0) - (which === 'when' ? since : at);
      if (lasted >= spanOf(version[start] ?? 0)) return { start, end };
    }
  }
  return null;
}

function momentsOf(random: Random): Moment[] {
  let [at, unclear] = [0, 0];
  return Array.from({ length: 4 + random.below(16) }, () => {
    at += 1 + random.below(3);
    const open = (['when', 'clear'] as const).filter(() => {
      const isOpen = unclear < UNCLEAR_MOST && random.below(4) === 0;
      if (isOpen) unclear++;
      return isOpen;
    });
    const says = { when: random.below(2) === 0, clear: random.below(3) === 0 };
    const began = random.below(3) === 0 ? { since: at - 1 } : {};
    return { at, time: 100 + at, ...began, ...says, unclear: open };
  });
}

const versionsOf = (random: Random): Asked[] =>
  [0, 100 + random.below(30)].slice(0, 1 + random.below(2)).map((from) => ({
    ...{ from, forMs: random.below(3) * 2, clearForMs: random.below(3) * 2 },
  }));

function worldsOf(moments: readonly Moment[], versions: readonly Asked[]): DueAlarm[][] {
  const open = moments.flatMap(({ unclear = [] }, place) =>
    unclear.map((which) => ({ place, which })),
  );
  return Array.from({ length: 2 ** open.length }, (_, world) => {
    const bent = [...moments];
    open.forEach(({ place, which }, bit) => {
      const is = Math.floor(world / 2 ** bit) % 2 === 1;
      bent[place] = { ...(bent[place] as Moment), [which]: is };
    });
    return oneCourse(bent, versions);
  });
}

const timesOf = (alarms: readonly Alarm[]): Alarm[] =>
  alarms.map(({ since, at, cleared }) => ({ since, at, cleared }));

/** How many findings there would be. */
function amissIn(due: readonly Alarm[], told: readonly Alarm[]): number {
  const right = due.filter(({ since, at, cleared }) =>
    told.some((one) => one.since === since && one.at === at && one.cleared === cleared),
  );
  const known = new Set(due.map(({ since }) => since));
  return due.length - right.length + told.filter(({ since }) => !known.has(since)).length;
}

/** What another course has, or what this one has and another moment of it. */
function bent(random: Random, told: readonly Alarm[]): Alarm[] {
  return timesOf(told).flatMap((alarm) => {
    const form = random.below(6);
    if (form === 0) return [];
    if (form === 1) return [{ ...alarm, at: alarm.at + 1 }];
    if (form === 2) return [{ ...alarm, cleared: null }];
    return form === 3 ? [alarm, { ...alarm, since: alarm.since - 1 }] : [alarm];
  });
}

it('tells what was told where some course has it, and what is so in all', () => {
  const random = randomStream(7, 'alarms');
  let unsure = 0;
  for (let one = 0; one < TRIES; one++) {
    const [moments, versions] = [momentsOf(random), versionsOf(random)];
    const worlds = worldsOf(moments, versions);
    const keys = worlds.map((world) => new Set(timesOf(world).map((it) => JSON.stringify(it))));
    const told = worlds[random.below(worlds.length)] ?? [];
    const found = alarmsTold(moments, versions, { told, isOpen: () => false });
    expect(timesOf(found.alarms)).toEqual(timesOf(told));
    for (const { isUnsure = false, since, at, cleared } of found.alarms) {
      const key = JSON.stringify({ since, at, cleared });
      expect(isUnsure).toBe(!keys.every((own) => own.has(key)));
      if (isUnsure) unsure++;
    }
    const isOpen = found.disputed.length > 0 || found.alarms.some((each) => each.isUnsure);
    expect(isOpen).toBe(new Set(keys.map((own) => [...own].join())).size > 1);
  }
  expect(unsure).toBeGreaterThan(TRIES / 10);
});

it('tells the course in which the least is amiss', () => {
  const random = randomStream(8, 'alarms');
  let amiss = 0;
  for (let one = 0; one < TRIES; one++) {
    const [moments, versions] = [momentsOf(random), versionsOf(random)];
    const worlds = worldsOf(moments, versions);
    const told = bent(random, worlds[random.below(worlds.length)] ?? []);
    const { alarms } = alarmsTold(moments, versions, { told, isOpen: () => false });
    const least = Math.min(...worlds.map((world) => amissIn(world, told)));
    expect(amissIn(alarms, told)).toBe(least);
    expect(worlds.map(timesOf)).toContainEqual(timesOf(alarms));
    if (least > 0) amiss++;
  }
  expect(amiss).toBeGreaterThan(TRIES / 10);
});

it('looks at each moment as often, however many alarms there are', () => {
  let looks = 0;
  const momentAt = (at: number): Moment => ({
    ...{ at, time: at + 1, clear: true },
    get when() {
      looks++;
      return true;
    },
  });
  const count = 20_000;
  const moments = Array.from({ length: count }, (_, at) => momentAt(at));
  const { alarms } = alarmsTold(moments, [{ from: 0, forMs: 0, clearForMs: 0 }]);
  expect(alarms).toHaveLength(count / 2);
  expect(looks).toBeLessThan(2 * count);
});

it('says so where values stand still at a bound', () => {
  const moments = Array.from({ length: 400 }, (_, at): Moment => {
    const unclear: Moment['unclear'] = ['when'];
    return { at, time: at + 1, when: true, clear: false, unclear };
  });
  const told = (forMs: number) => alarmsTold(moments, [{ from: 0, forMs, clearForMs: 0 }]);
  expect(told(1000).isUnclear).toBe(true);
  expect(told(100).isUnclear).toBe(false);
});
