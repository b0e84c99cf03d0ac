/** What counts as an absence that nobody planned, device by device. */
import { describe, expect, it } from 'vitest';
import type { FaultPlan, LedgerEntry, LinkProfile, OpName, Plan } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { AbsenceOracle } from './absence.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const END_S = 60;
const plan = testPlan({ devices: 1, readings: END_S });

/** Waits of at most a second, and a line that is given up after three. */
const quick = {
  ...plan,
  entries: plan.entries.map((entry) => ({
    ...entry,
    keepAliveS: 2,
    backoff: { baseMs: 500, capMs: 1000, jitter: 'full' as const },
  })),
};

const at = (second: number, op: OpName, fields: Record<string, string | number | boolean> = {}) =>
  entryOf(Math.round(second * 1_000_000), op, { device: 0, ...fields });

interface Around {
  expect?: Plan['expect'];
  faults?: FaultPlan[];
  /** What the harness wrote of them. */
  told?: LedgerEntry[];
  profile?: LinkProfile;
}

function lived(first: Around | LedgerEntry, ...rest: LedgerEntry[]): AbsenceOracle {
  const {
    faults = [],
    told = [],
    profile = null,
    expect: wanted = [],
  } = 'op' in first ? {} : first;
  const entries = 'op' in first ? [first, ...rest] : rest;
  const cohorts = [{ id: 'cohort-0', devices: 1, profile, faults: [] }];
  const around: Plan = { ...quick, faults, cohorts, expect: wanted };
  const builder = new TimelineBuilder(around);
  builder.open({ schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes: [0] }, '');
  const ended = entryOf(END_S * 1_000_000, 'phase', { begins: true, name: 'drain' });
  for (const entry of [...told, ended]) builder.step(entry);
  builder.close({ damage: [], isClosed: true });
  const oracle = new AbsenceOracle(around, builder.finish());
  for (const entry of entries) oracle.step(entry);
  return oracle;
}

const spans = (oracle: AbsenceOracle): [number, number][] =>
  oracle.unplanned(0).map(({ from, to }) => [from / 1_000_000, to / 1_000_000]);

const met = at(1, 'online');
const left = at(10, 'offline', { why: 'closed' });

describe('a device that was let in once', () => {
  it('is missed from its loss until it is back', () => {
    expect(spans(lived(met, left, at(20, 'online')))).toEqual([[10, 20]]);
    expect(spans(lived(met, left))).toEqual([[10, END_S]]);
    const vain = at(15, 'connect-failed', { why: 'ECONNREFUSED' });
    expect(spans(lived(met, left, vain, at(20, 'online')))).toEqual([[10, 20]]);
    expect(spans(lived(met))).toEqual([]);
  });

  it('is not missed for as long as its first attempt may take', () => {
    expect(spans(lived(met, left, at(13, 'online')))).toEqual([]);
    expect(spans(lived(met, left, at(13.000001, 'online')))).toEqual([[10, 13.000001]]);
  });

  it('is not missed while it sleeps or has no power, and is when it wakes in vain', () => {
    const asleep = at(10, 'offline', { why: 'planned' });
    expect(spans(lived(met, asleep))).toEqual([]);
    const vain = at(20, 'connect-failed', { why: 'ECONNREFUSED' });
    expect(spans(lived(met, asleep, vain))).toEqual([[20, END_S]]);
    const napping = at(25, 'state', { state: 'connection.sleeping' });
    expect(spans(lived(met, asleep, vain, napping))).toEqual([[20, 25]]);
    const silent = at(10, 'offline', { why: 'power-cut' });
    expect(spans(lived(met, silent))).toEqual([]);
    expect(spans(lived(met, silent, at(30, 'boot', { epoch: 2 })))).toEqual([[30, END_S]]);
    expect(spans(lived(met, left, at(15, 'off')))).toEqual([[10, 15]]);
    expect(spans(lived(met, left, at(15, 'offline', { why: 'planned' })))).toEqual([[10, 15]]);
    const [booted] = lived(met, silent, at(30, 'boot', { epoch: 2 })).unplanned(0);
    expect(booted?.denied).toBe(false);
  });

  it('says whose word its last failure was', () => {
    const denied = (...whys: string[]): boolean[] =>
      lived(met, left, ...whys.map((why, i) => at(11 + i, 'connect-failed', { why })))
        .unplanned(0)
        .map((absence) => absence.denied);
    expect(denied()).toEqual([false]);
    expect(denied('ECONNREFUSED')).toEqual([false]);
    expect(denied('ECONNREFUSED', '3 server unavailable')).toEqual([true]);
    expect(denied('3 server unavailable', 'connect-timeout')).toEqual([false]);
  });

  it('is missing at the end when it left before it and never came back', () => {
    const goneAt = (second: number): AbsenceOracle =>
      lived(met, at(second, 'offline', { why: 'closed' }));
    expect(goneAt(59).isMissingAtEnd(0)).toBe(true);
    expect(goneAt(60).isMissingAtEnd(0)).toBe(false);
    expect([spans(goneAt(59)), spans(goneAt(60)), spans(goneAt(61))]).toEqual([[], [], []]);
    expect(spans(goneAt(56.9))).toEqual([[56.9, END_S]]);
    expect(lived(met, left, at(61, 'online')).isMissingAtEnd(0)).toBe(false);
    const ended = at(62, 'state', { state: 'connection.stopped' });
    expect(lived(met, left, ended).isMissingAtEnd(0)).toBe(true);
  });
});

describe('a fault of the plan', () => {
  const dark = { id: 'dark', acts: 'link', devices: [0], cohorts: [0] } as unknown as FaultPlan;
  const told = [
    entryOf(5_000_000, 'fault', { injected: true, fault: 'dark' }),
    entryOf(10_000_000, 'fault', { injected: false, fault: 'dark' }),
  ];

  it('excuses what begins until the loss of a connection is noticed, and the way back', () => {
    // A line of 2 s is given up after 3 s and 2 s more; the way back takes 10 s + 1 s + 2 s more.
    const from = (second: number): [number, number][] =>
      spans(lived({ faults: [dark], told }, met, at(second, 'offline', { why: 'closed' })));
    expect(from(6)).toEqual([[28, END_S]]);
    expect(from(15)).toEqual([[28, END_S]]);
    expect(from(15.1)).toEqual([[15.1, END_S]]);
    expect(from(4)).toEqual([[28, END_S]]);
    expect(from(4.75)).toEqual([[28, END_S]]);
    expect(from(1.5)).toEqual([
      [1.5, 4.75],
      [28, END_S],
    ]);
  });

  it('excuses for as long as an expectation of the plan grants for the return from it', () => {
    const granted = (...grants: [after: string, within: number | string][]): [number, number][] => {
      const expected = grants.map(([after, within]) => ({
        checker: 'recovered',
        params: { after, within },
      })) as unknown as Plan['expect'];
      const from = at(6, 'offline', { why: 'closed' });
      return spans(lived({ faults: [dark], told, expect: expected }, met, from));
    };
    expect(granted(['dark', 30_000], ['dark', 25_000])).toEqual([[40, END_S]]);
    expect(granted(['dark', 17_000])).toEqual([[28, END_S]]);
    expect(granted(['other', 30_000])).toEqual([[28, END_S]]);
    expect(granted(['dark', 'soon'], ['dark', 20_000])).toEqual([[30, END_S]]);
  });

  it('leaves what lies between two of them, in order', () => {
    const ids = ['last', 'first', 'after it'];
    const faults = ids.map((id) => ({ ...dark, id }));
    const acts = (fault: string, from: number, to: number): LedgerEntry[] => [
      entryOf(from * 1_000_000, 'fault', { injected: true, fault }),
      entryOf(to * 1_000_000, 'fault', { injected: false, fault }),
    ];
    const all = [...acts('first', 5, 10), ...acts('last', 35, 36), ...acts('after it', 70, 71)];
    const gone = at(6, 'offline', { why: 'closed' });
    expect(spans(lived({ faults, told: all }, met, gone))).toEqual([
      [28, 34.75],
      [54, END_S],
    ]);
    expect(spans(lived({ faults, told: all }, met, gone, at(32, 'online')))).toEqual([[28, 32]]);
  });

  it('says of every instant whether it explains an absence', () => {
    const oracle = lived({ faults: [dark], told }, met);
    const excused = [4.7, 4.75, 27.9, 28].map((second) =>
      oracle.isExcusedAt(0, second * 1_000_000),
    );
    expect(excused).toEqual([false, true, true, false]);
    expect(lived({ faults: [dark] }, met).isExcusedAt(0, 6_000_000)).toBe(false);
  });

  it('excuses everybody where it acts on the target', () => {
    const kill = { ...dark, acts: 'target', devices: [] } as FaultPlan;
    const left = at(6, 'offline', { why: 'closed' });
    expect(spans(lived({ faults: [kill], told }, met, left))).toEqual([[28, END_S]]);
    const other = { ...dark, devices: [] } as FaultPlan;
    expect(spans(lived({ faults: [other], told }, met, left))).toEqual([[6, END_S]]);
  });
});

it('grants a slow network its handshakes', () => {
  // Twice half a second before the first attempt, four ways there and back, and 2 s more.
  const profile = { name: 'far', delayMs: 500, jitterMs: 100, bytesPerSecond: 0 };
  expect(spans(lived({ profile }, met, left, at(17.8, 'online')))).toEqual([]);
  const late = at(17.800001, 'online');
  expect(spans(lived({ profile }, met, left, late))).toEqual([[10, 17.800001]]);
});

it('expects nobody who was never let in', () => {
  const oracle = lived(at(1, 'boot'), at(2, 'connect-failed', { why: 'ECONNREFUSED' }));
  expect([oracle.hasMet(0), oracle.isMissingAtEnd(0)]).toEqual([false, false]);
  expect(spans(oracle)).toEqual([]);
});
