/**
 * Recovery by known answers and beside a simple model, which looks at the whole fleet anew at each
 * instant instead of following it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LedgerEntryOf, opTable, SegmentReader } from '#kernel';
import { type Timeline, TimelineBuilder } from '#oracles';
import { UNCERTAIN } from '../link.ts';
import type { Recovery } from '../result.ts';
import { faultPlan, healthy, type Story, tellFault } from '../testing/story.ts';
import { FleetCurve } from './fleet-curve.ts';

const DEVICES = 4;
/** Of no fault is known what it does. */
const UNKNOWN = () => UNCERTAIN;
const FAULT = { from: 7000, to: 9000 };
/** When the drain of a story ends, and with it what is watched of the fleet. */
const WATCHED_UNTIL = 22_499;

function timelineOf(story: Story): Timeline {
  const builder = new TimelineBuilder(story.plan);
  for (const { source } of story.segments()) {
    const reader = new SegmentReader(source, opTable(story.plan.ops));
    builder.open(reader.header, '');
    for (let entry = reader.next(); entry !== null; entry = reader.next()) builder.step(entry);
    builder.close(reader);
  }
  return builder.finish();
}

const came = (device: number, ms: number): LedgerEntryOf<'online'> =>
  ({ op: 'online', t: ms * 1000, device, present: false }) as LedgerEntryOf<'online'>;

const went = (device: number, ms: number, why = 'closed'): LedgerEntryOf<'offline'> =>
  ({ op: 'offline', t: ms * 1000, device, why }) as LedgerEntryOf<'offline'>;

const p99Of = (values: (number | null)[]) => ({
  name: 'p99',
  unit: 'ms',
  t0: 0,
  step: 1000,
  values,
});

describe('who is connected', () => {
  it('changes at the very instant that is told', () => {
    const curve = new FleetCurve(DEVICES, UNKNOWN);
    const told = [came(0, 1), came(1, 2), came(1, 2), went(0, 3), went(1, 4, 'planned: sleep')];
    for (const entry of told) curve.step(entry);
    const connected = curve.connected();
    const seen = [999, 1000, 1999, 2000, 2999, 3000, 3999, 4000].map(connected);
    expect(seen).toEqual([0, 1, 1, 2, 2, 1, 1, 0]);
  });
});

describe('how a fleet comes back from a fault', () => {
  const all = Array.from({ length: DEVICES }, (_, index) => index);
  const story = healthy({ faults: [faultPlan('f', { ...FAULT, devices: all })] });
  tellFault(story, 'f');
  const timeline = timelineOf(story);

  /** Instants on a grid, so that some fall on edges of the fault; no two of a fleet together. */
  const turns = fc.uniqueArray(fc.nat({ max: 46 }), { maxLength: 8 });
  const timesOf = (grid: readonly number[], device: number): number[] =>
    [...grid].sort((a, b) => a - b).map((n) => n * 500 + device);

  const recoveryOf = (fleet: readonly (readonly number[])[]): Recovery | null => {
    const curve = new FleetCurve(DEVICES, UNKNOWN);
    fleet.forEach((times, device) => {
      times.forEach((ms, n) => {
        curve.step(n % 2 === 0 ? came(device, ms) : went(device, ms));
      });
    });
    const [fault] = timeline.faults;
    return fault === undefined ? null : curve.recoveryOf(fault, timeline, p99Of([]), null);
  };

  /** Whoever turned an odd number of times is there; each starts away. */
  const modelOf = (fleet: readonly (readonly number[])[]) => {
    const { from, to } = FAULT;
    const watched = fleet.map((times) => times.filter((ms) => ms < WATCHED_UNTIL));
    const presentAt = (ms: number): number =>
      watched.filter((times) => times.filter((turn) => turn <= ms).length % 2 === 1).length;
    const base = presentAt(from - 0.5);
    const instants = watched.flat().filter((ms) => ms >= from);
    const losses = watched.flatMap((times) => times.filter((ms, n) => n % 2 === 1 && ms >= from));
    const healedAt = [to - 0.5, ...instants.filter((ms) => ms >= to)].sort((a, b) => a - b);
    const back = (share: number): number | null => {
      if (losses.length === 0) return null;
      const enough = healedAt.map((ms) => presentAt(ms) >= share * base);
      const since = enough.lastIndexOf(false) + 1;
      const ms = healedAt[since];
      return ms === undefined ? null : Math.max(to, ms) - to;
    };
    const returns = watched
      .flatMap((times) => times.filter((ms, n) => n % 2 === 0 && ms >= to))
      .map((ms) => Math.floor((ms - to) / 1000));
    const least = Math.min(base, ...instants.map(presentAt));
    return {
      disconnectedShare: base === 0 ? 0 : (base - least) / base,
      detectMs: losses.length === 0 ? null : Math.min(...losses) - from,
      peakReconnectsPerSecond: Math.max(
        0,
        ...returns.map((second) => returns.filter((one) => one === second).length),
      ),
      to50Ms: back(0.5),
      to95Ms: back(0.95),
      to99Ms: back(0.99),
      to100Ms: back(1),
    };
  };

  it('is what a look at everybody at each instant gives', () => {
    fc.assert(
      fc.property(fc.tuple(turns, turns, turns, turns), (grids) => {
        const fleet = grids.map(timesOf);
        expect(recoveryOf(fleet)).toMatchObject(modelOf(fleet));
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it('is unknown of a fault that ends with the run', () => {
    const { fault, end } = endless();
    const curve = new FleetCurve(1, UNKNOWN);
    curve.step(came(0, 100));
    curve.step(went(0, 8000));
    curve.step(came(0, 8500));
    const recovery = curve.recoveryOf(fault, end, p99Of([]), null);
    expect(recovery).toMatchObject({ detectMs: 1000, to50Ms: null, to100Ms: null });
  });
});

/** The drain is over in the very instant in which the fault is healed. */
function endless() {
  const story = healthy({ devices: 1, faults: [faultPlan('f', { from: 7000, to: 9000 })] })
    .drop(({ op, fields }) => op === 'phase' && fields.name === 'drain')
    .add('phase', 8900, { begins: true, name: 'drain' })
    .add('phase', 9000, { begins: false, name: 'drain' });
  tellFault(story, 'f');
  const end = timelineOf(story);
  const [fault] = end.faults;
  if (fault === undefined) throw new Error('the story has a fault');
  return { fault, end };
}

describe('when latency is back', () => {
  const range = (from: number, to: number): number[] =>
    Array.from({ length: to - from }, (_, index) => from + index);

  interface Case {
    slow: readonly number[];
    ms?: number;
    steady?: number | null;
    next?: number | null;
    fault?: { from: number; to: number };
  }

  const latencyOf = ({ slow, ms = 500, steady = 10, next = null, fault = FAULT }: Case) => {
    const after = next === null ? [] : [faultPlan('next', { from: next, to: 16_000 })];
    const story = healthy({ faults: [faultPlan('f', fault), ...after] });
    tellFault(story, 'f');
    for (const { id } of after) tellFault(story, id);
    const timeline = timelineOf(story);
    const values = Array.from({ length: 23 }, (_, bucket) =>
      bucket === 10 ? null : slow.includes(bucket) ? ms : 10,
    );
    const [window] = timeline.faults;
    if (window === undefined) throw new Error('the story has a fault');
    return new FleetCurve(4, UNKNOWN).recoveryOf(window, timeline, p99Of(values), steady)
      ?.latencyMs;
  };

  it.each<[string, Case, number | null]>([
    ['it never left', { slow: [] }, null],
    ['it was back before the heal', { slow: [7] }, 0],
    ['it was back at the heal', { slow: [7, 8] }, 0],
    ['it was back later', { slow: [8, 9] }, 1000],
    ['it left again, whoever was silent between', { slow: [8, 11] }, 3000],
    ['it never came back', { slow: range(8, 23) }, null],
    ['it left when nobody sampled any more', { slow: [9, 20, 21, 22] }, 1000],
    ['it had left before the fault', { slow: [5, 6] }, null],
    [
      'it left in the bucket in which the fault began',
      { slow: [0], fault: { from: 500, to: 800 } },
      200,
    ],
    ['it stayed within 20 ms above', { slow: [9], ms: 30 }, null],
    ['it rose by more than 20 ms', { slow: [9], ms: 31 }, 1000],
    ['it stayed within half as much again', { slow: [9], ms: 150, steady: 100 }, null],
    ['it rose by more than half', { slow: [9], ms: 151, steady: 100 }, 1000],
    ['there is nothing to compare with', { slow: [9], steady: null }, null],
    ['it left up to the next fault', { slow: [9, 11], next: 12_000 }, 3000],
    ['it left in the next fault only', { slow: [12], next: 12_000 }, null],
    ['it left again in the next fault', { slow: [9, 12], next: 12_000 }, 1000],
    ['it was back in the midst of the next fault', { slow: [11, 12, 13], next: 12_000 }, 5000],
    ['the next fault begins where this one ends', { slow: [8, 11], next: 9000 }, 0],
  ])('%s', (_, one, expected) => {
    expect(latencyOf(one)).toBe(expected);
  });
});
