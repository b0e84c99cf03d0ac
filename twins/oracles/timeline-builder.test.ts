import { describe, expect, it } from 'vitest';
import { bytesSource, type FaultPlan, LedgerEncoder, type OpName, SegmentReader } from '#kernel';
import { filled, type LooseFields } from '../../kernel/testing/fields.ts';
import { testPlan } from './testing/plan.ts';
import { isDisturbed, type Timeline, windowsOn } from './timeline.ts';
import { TimelineBuilder } from './timeline-builder.ts';

type Line = readonly [t: number, op: OpName, fields: LooseFields];

interface Told {
  lanes: number[];
  lines: readonly Line[];
  torn?: number;
  /** Whoever wrote it did not come to its end. */
  unclosed?: true;
}

/** One segment per list of lines, with its lanes. */
const timelineOf = (...segments: Told[]): Timeline => timelineWith([], ...segments);

function timelineWith(faults: FaultPlan[], ...segments: Told[]): Timeline {
  const plan = { ...testPlan({ devices: 4, readings: 4 }), faults };
  const builder = new TimelineBuilder(plan);
  segments.forEach(({ lanes, lines, torn, unclosed }, index) => {
    const parts: Uint8Array[] = [];
    const encoder = new LedgerEncoder(
      { schema: 'twinstorm.ledger/1', segment: `s${index}`, planSha256: 'x', lanes },
      (bytes) => parts.push(bytes.slice()),
    );
    for (const [t, op, fields] of lines) encoder.write(t, op, filled(op, fields));
    if (unclosed) encoder.flush();
    else encoder.close();
    const bytes = Buffer.concat(parts);
    const reader = new SegmentReader(bytesSource(bytes.subarray(0, bytes.length - (torn ?? 0))));
    builder.open(reader.header, 'x');
    for (let entry = reader.next(); entry !== null; entry = reader.next()) builder.step(entry);
    builder.close(reader);
  });
  return builder.finish();
}

const up = (first: number, lanes: number, why: string) => ({ up: true, first, lanes, why });
const down = (first: number, lanes: number, why: string) => ({ up: false, first, lanes, why });

describe('observers', () => {
  it('are away before they come, between sessions and after they go', () => {
    const timeline = timelineOf({
      lanes: [7, 2, 5],
      lines: [
        [10, 'observer', up(7, 2, 'new-session')],
        [15, 'observer', up(5, 1, 'new-session')],
        [100, 'observer', down(7, 2, 'closed')],
        [150, 'observer', up(7, 2, 'session-present')],
        [300, 'observer', down(7, 2, 'planned')],
        [310, 'note', { text: 'bye' }],
      ],
    });
    const gaps = [
      { from: 0, to: 10, kept: false },
      { from: 100, to: 150, kept: true },
      { from: 300, to: Number.POSITIVE_INFINITY, kept: false },
    ];
    // Lanes of a group are neighbours in the segment's list, not in number.
    expect(timeline.gapsOf(7)).toEqual(gaps);
    expect(timeline.gapsOf(2)).toEqual(gaps);
    expect(timeline.gapsOf(5)).toEqual([
      { from: 0, to: 15, kept: false },
      { from: 310, to: Number.POSITIVE_INFINITY, kept: false },
    ]);
    const never = [{ from: 0, to: Number.POSITIVE_INFINITY, kept: false }];
    expect(timeline.gapsOf(9)).toEqual(never);
    const elsewhere: Line[] = [[10, 'observer', up(7, 2, 'new-session')]];
    expect(timelineOf({ lanes: [2, 5], lines: elsewhere }).gapsOf(5)).toEqual(never);
  });
});

describe('an observer of a lane', () => {
  const gapsOf = (...segments: Line[][]): unknown[] =>
    timelineOf(...segments.map((lines) => ({ lanes: [0], lines })))
      .gapsOf(0)
      .map(({ from, to }) => [from, to]);
  const FOREVER = Number.POSITIVE_INFINITY;

  it('is there from the first time that it came, though it says so again', () => {
    const came = [10, 20].map((t): Line => [t, 'observer', up(0, 1, 'new-session')]);
    expect(gapsOf([...came, [50, 'note', {}]])).toEqual([
      [0, 10],
      [50, FOREVER],
    ]);
  });

  it('is away between two shards, whichever is read first', () => {
    const shards = [10, 80].map((t): Line[] => [
      [t, 'observer', up(0, 1, 'new-session')],
      [t + 20, 'note', {}],
    ]);
    for (const read of [shards, shards.toReversed()]) {
      expect(gapsOf(...read)).toEqual([
        [0, 10],
        [30, 80],
        [100, FOREVER],
      ]);
    }
  });

  it('are away anew where they were lost again before they were up', () => {
    const timeline = timelineOf({
      lanes: [7],
      lines: [
        [10, 'observer', up(7, 1, 'new-session')],
        [100, 'observer', down(7, 1, 'closed')],
        [120, 'observer', down(7, 1, 'closed')],
        [150, 'observer', up(7, 1, 'session-present')],
        [300, 'observer', down(7, 1, 'planned')],
      ],
    });
    expect(timeline.gapsOf(7)).toEqual([
      { from: 0, to: 10, kept: false },
      { from: 100, to: 120, kept: true },
      { from: 120, to: 150, kept: true },
      { from: 300, to: Number.POSITIVE_INFINITY, kept: false },
    ]);
  });
});

describe('the target', () => {
  it('is down from its death until it accepts again', () => {
    const { downs } = timelineOf({
      lanes: [],
      lines: [
        [5, 'target', { is: 'started' }],
        [6, 'target', { is: 'accepting' }],
        [50, 'target', { is: 'killed' }],
        [51, 'target', { is: 'refusing' }],
        [70, 'target', { is: 'started' }],
        [80, 'target', { is: 'accepting' }],
        [90, 'target', { is: 'killed' }],
      ],
    });
    expect(downs).toEqual([
      { from: 50, to: 80 },
      { from: 90, to: Number.POSITIVE_INFINITY },
    ]);
  });
});

describe('the run as a whole', () => {
  const INFINITY = Number.POSITIVE_INFINITY;
  const of = (...lines: Line[]): Timeline => timelineOf({ lanes: [], lines });

  it('has phases from begin to end, in order, and samples until the drain', () => {
    const timeline = of(
      [10, 'phase', { begins: true, name: 'steady' }],
      [20, 'phase', { begins: true, name: 'drain' }],
      [20, 'phase', { begins: false, name: 'steady' }],
      [25, 'phase', { begins: false, name: 'unknown' }],
      [30, 'note', { text: 'the end' }],
    );
    expect(timeline.phases).toEqual([
      { name: 'steady', from: 10, to: 20 },
      { name: 'drain', from: 20, to: INFINITY },
    ]);
    expect(timeline.phase('drain')?.from).toBe(20);
    expect(timeline.phase('settle')).toBeNull();
    expect([timeline.samplingEnd, timeline.end]).toEqual([20, 30]);
    const short = of([40, 'note', {}]);
    expect([short.samplingEnd, short.end]).toEqual([40, 40]);
    expect(timelineOf().end).toBe(0);
  });

  it('has phases in order whichever half of them is read first', () => {
    const late: Line[] = [[50, 'phase', { begins: true, name: 'chaos' }]];
    const early: Line[] = [[5, 'phase', { begins: true, name: 'warmup' }]];
    const both = [late, early].map((lines) => ({ lanes: [], lines }));
    expect(timelineOf(...both).phases.map(({ name }) => name)).toEqual(['warmup', 'chaos']);
  });

  it('remembers how its steady state was judged', () => {
    expect(of().gate).toBeNull();
    const judged = of([7, 'gate', { open: true, figures: '9 of 9' }]);
    expect(judged.gate).toEqual({ t: 7, open: true, text: '9 of 9' });
  });

  it('counts what kept the fleet from standing until then', () => {
    const failed: Line = [0, 'connect-failed', { device: 0, why: 'ECONNREFUSED' }];
    expect(of(failed, failed).troubles).toEqual([
      { kind: 'failed', why: 'ECONNREFUSED', count: 2 },
    ]);
  });

  it('remembers what it was stopped for, the first time, and every halt', () => {
    const lines: Line[] = [
      [3, 'halt', { why: 'too many lost' }],
      [4, 'halt', { why: 'too slow' }],
      [5, 'broke-off', { why: 'the target is gone' }],
      [6, 'broke-off', { why: 'an observer is gone' }],
    ];
    const { halts, brokeOff } = of(...lines);
    expect(halts.map(({ t, text }) => `${t} ${text}`)).toEqual(['3 too many lost', '4 too slow']);
    expect(brokeOff).toEqual({ t: 5, text: 'the target is gone' });
    expect(of().brokeOff).toBeNull();
  });

  it('remembers how often the planted bug did its harm', () => {
    expect(of([9, 'mutant', { fired: 3, mutant: 'm' }]).fired).toBe(3);
    expect(of().fired).toBeNull();
  });

  it('remembers how its processes did, and when they stood still, by their beginning', () => {
    const { health, stalls } = of(
      [10, 'health', { process: 'shard 0', lagUs: 7 }],
      [80, 'stall', { us: 10, process: 'shard 1', outside: true }],
      [90, 'stall', { us: 20, process: 'shard 0' }],
      [92, 'stall', { us: 22, process: 'shard 2' }],
      [95, 'stall', { us: 50, process: 'shard 1' }],
    );
    expect(health).toEqual([{ t: 10, process: 'shard 0', lagUs: 7 }]);
    expect(stalls).toEqual([
      { process: 'shard 1', from: 45, to: 95, outside: false },
      { process: 'shard 0', from: 70, to: 90, outside: false },
      { process: 'shard 1', from: 70, to: 80, outside: true },
      { process: 'shard 2', from: 70, to: 92, outside: false },
    ]);
  });

  it('has what probes saw by cohort, in order', () => {
    const probe = (t: number, cohort: number, saw: string): Line => [
      t,
      'probe',
      { cohort, saw, value: t * 2 },
    ];
    const shards = [[probe(30, 1, 'pong')], [probe(10, 1, 'silent'), probe(20, -1, 'refused')]];
    const { probes } = timelineOf(...shards.map((lines) => ({ lanes: [], lines })));
    expect([...probes]).toEqual([
      [
        1,
        [
          { t: 10, text: 'silent', b: 20 },
          { t: 30, text: 'pong', b: 60 },
        ],
      ],
      [-1, [{ t: 20, text: 'refused', b: 40 }]],
    ]);
  });

  it('keeps the first hundred remarks of each sort, and what cannot be read once', () => {
    const numbers = Array.from({ length: 150 }, (_, number) => number);
    const said = (op: OpName, name: string): Line[] =>
      numbers.map((number) => [number, op, { [name]: `${op} ${number}` }]);
    const { notes, lost, unread } = of(
      ...said('note', 'text'),
      ...said('lost', 'why'),
      ...said('unread', 'why'),
    );
    const hundred = (op: OpName): string[] => numbers.slice(0, 100).map((n) => `${op} ${n}`);
    expect(notes.map(({ text }) => text)).toEqual(hundred('note'));
    expect(lost).toEqual(hundred('lost'));
    expect(unread.map(({ why }) => why)).toEqual(hundred('unread'));
    const same = (port: string, why: string): Line => [1, 'unread', { port, why }];
    const asked = of(same('a', 'w'), same('a', 'w'), same('b', 'w'), same('a', 'v')).unread;
    expect(asked.map(({ port, why }) => port + why)).toEqual(['aw', 'bw', 'av']);
  });

  it('tells grants when it tells one', () => {
    expect(of([1, 'subscribed', { device: 0, granted: 1 }]).tellsGrants).toBe(true);
    expect(of([1, 'online', { device: 0 }]).tellsGrants).toBe(false);
  });
});

describe('a segment', () => {
  const plan = testPlan({ devices: 1, readings: 1 });
  const header = (segment: string, planSha256: string, lanes: number[] = []) =>
    ({ schema: 'twinstorm.ledger/1', segment, planSha256, lanes }) as const;
  const note = { t: 5, device: -1, op: 'note', text: '' } as const;

  it('is strange when it carries the digest of another plan, where one asks', () => {
    const strange = (own: string, asked: string): boolean => {
      const builder = new TimelineBuilder(plan);
      builder.open(header('s', own), asked);
      builder.step(note);
      builder.close({ damage: [], isClosed: true });
      const { segments, isWhole } = builder.finish();
      expect(segments).toMatchObject([{ name: 's', entries: 1, lastAt: 5, closed: true }]);
      // With no word of lane 0 it is not whole in any case.
      expect(isWhole).toBe(false);
      return segments[0]?.strange ?? false;
    };
    expect([strange('x', 'x'), strange('x', 'y'), strange('x', '')]).toEqual([false, true, false]);
  });

  it('that cannot be opened is remembered, and what belongs to none tells nothing', () => {
    const builder = new TimelineBuilder(plan);
    builder.miss({ name: 'half.seg', why: 'no header' });
    builder.step(note);
    builder.close({ damage: [], isClosed: true });
    expect(builder.finish().segments).toEqual([]);
    builder.open(header('s', ''), '');
    builder.close({ damage: [], isClosed: true });
    builder.step(note);
    builder.close({ damage: [], isClosed: true });
    const { unreadable, segments, notes } = builder.finish();
    expect(unreadable).toEqual([{ name: 'half.seg', why: 'no header' }]);
    expect([segments.map(({ entries }) => entries), notes]).toEqual([[0], []]);
  });

  it('tells of looks at the lanes that it has, until it is over', () => {
    const looks = [{ at: 1, lanes: [0] }] as never;
    const looking = { ...plan, observers: { ...plan.observers, looks } };
    const told = (begins: boolean, t: number) =>
      ({ t, device: -1, op: 'look', look: 0, begins, complete: !begins }) as const;
    const builder = new TimelineBuilder(looking);
    for (const entries of [[told(true, 1), told(false, 3)], [told(true, 4)], [told(false, 6)]]) {
      builder.open(header('s', '', [0]), '');
      for (const entry of entries) builder.step(entry);
      builder.close({ damage: [], isClosed: true });
    }
    const timeline = builder.finish();
    expect(timeline.looksOf(0)).toEqual([{ look: 0, from: 1, to: 3 }]);
    expect(timeline.looksOf(1)).toEqual([]);
  });

  it('tells of its own reads, and of its own end', () => {
    const builder = new TimelineBuilder(plan);
    const read = { ...note, op: 'final-read', complete: true, part: 'store' } as const;
    for (const [lane, entries] of [[read], []].entries()) {
      builder.open(header('s', '', [lane]), '');
      for (const entry of entries) builder.step(entry);
      builder.close({ damage: [], isClosed: true });
    }
    const { readsOf, segments } = builder.finish();
    expect([0, 1].map((lane) => readsOf(lane).parts.get('store'))).toEqual([true, undefined]);
    expect(segments.map(({ entries, lastAt }) => [entries, lastAt])).toEqual([
      [1, 5],
      [0, 0],
    ]);
  });

  it('that is empty was never written', () => {
    const empty = (lanes: number[]): Told => ({ lanes, lines: [] });
    const said = (lanes: number[]): Told => ({ lanes, lines: [[1, 'note', {}]] });
    expect(timelineOf(said([]), said([0])).isWhole).toBe(true);
    for (const half of [timelineOf(empty([]), said([0])), timelineOf(said([]), empty([0]))]) {
      expect([half.isWhole, [...half.damagedLanes]]).toEqual([false, [0]]);
    }
  });

  it('is of a lane that nobody read, where nothing was', () => {
    const timeline = timelineOf({ lanes: [0], lines: [[1, 'note', {}]] });
    const nothing = { parts: new Map(), beganAt: Number.POSITIVE_INFINITY };
    expect([timeline.readsOf(0), timeline.readsOf(9)]).toEqual([nothing, nothing]);
  });

  it('has read from the first thing that it found on', () => {
    for (const op of ['stored', 'retained', 'presence'] as const) {
      const lines: Line[] = [
        [7, op, { device: 0 }],
        [9, 'final-read', { complete: true, part: 'begin' }],
      ];
      const reads = timelineOf({ lanes: [0], lines }).readsOf(0);
      expect(reads).toEqual({ parts: new Map(), beganAt: 7 });
    }
  });
});

describe('the windows of a fault', () => {
  const fault = (id: string): FaultPlan => ({
    id,
    fault: 'partition',
    from: 0,
    to: 0,
    acts: 'link',
    cohorts: [],
    devices: [0, 1, 2],
    params: {},
    proof: { kind: 'stalled' },
    toxics: [],
    down: false,
  });
  const harness: Told = {
    lanes: [],
    lines: [
      [100, 'fault', { injected: true, fault: 'f' }],
      [100, 'fault', { injected: true, fault: 'g' }],
      [500, 'fault', { injected: false, fault: 'f' }],
      [900, 'note', { text: 'the end' }],
    ],
  };
  const struck: Told = {
    lanes: [0],
    lines: [
      [120, 'struck', { device: 1, n: 0, fault: 'f' }],
      [150, 'relieved', { device: 1, n: 0, fault: 'f' }],
      [200, 'struck', { device: 1, n: 1, fault: 'f' }],
      [210, 'struck', { device: 1, n: 0, fault: 'unknown' }],
      [220, 'struck', { device: 3, n: 0, fault: 'f' }],
      [300, 'relieved', { device: 2, n: 0, fault: 'f' }],
    ],
  };
  const seen = (timeline: Timeline, device: number): unknown[] =>
    timeline
      .faultsOn(device)
      .map(({ id, from, to, injected, healed }) => [id, from, to, injected, healed]);

  it("are the fault's as a whole, unless the ledger tells of the device itself", () => {
    for (const segments of [
      [harness, struck],
      [struck, harness],
    ]) {
      const timeline = timelineWith([fault('f'), fault('g')], ...segments);
      const whole = ['g', 100, Number.POSITIVE_INFINITY, true, false];
      expect(timeline.faultsOn(0)[0]).toBe(timeline.faults[0]);
      expect(seen(timeline, 0)).toEqual([['f', 100, 500, true, true], whole]);
      // The second time it was relieved with everybody.
      const own = [
        ['f', 120, 150, true, true],
        ['f', 200, 500, true, true],
      ];
      expect(seen(timeline, 1)).toEqual([...own, whole]);
      expect(seen(timeline, 2)).toEqual([['f', 100, 300, true, true], whole]);
      // Nobody aimed at it.
      expect(seen(timeline, 3)).toEqual([]);
      expect(windowsOn(timeline, { id: 'f' }, 1)).toEqual(timeline.faultsOn(1).slice(0, 2));
      expect(timeline.faults.map(({ from }) => from)).toEqual([100, 100]);
    }
  });

  it('are open until it is healed, and begin with its injection', () => {
    const told = (...lines: Line[]): unknown =>
      timelineWith([fault('f')], { lanes: [], lines }).faults.map(
        ({ from, to, injected, healed }) => [from, to, injected, healed],
      );
    const never = Number.POSITIVE_INFINITY;
    expect(told([10, 'fault', { injected: true, fault: 'f' }])).toEqual([[10, never, true, false]]);
    // A heal of what never was is none, and another fault is not this one.
    expect(told([10, 'fault', { fault: 'f' }])).toEqual([[never, never, false, false]]);
    expect(told([10, 'fault', { injected: true, fault: 'g' }])).toEqual([
      [never, never, false, false],
    ]);
  });

  it('disturb a device only while it was struck', () => {
    const timeline = timelineWith([fault('f')], harness, struck);
    const disturbed = (device: number, from: number, to: number): boolean =>
      isDisturbed(timeline, device, { from, to });
    expect([disturbed(0, 160, 190), disturbed(1, 160, 190)]).toEqual([true, false]);
    expect([disturbed(1, 140, 160), disturbed(1, 400, 410)]).toEqual([true, true]);
  });
});

describe('segments', () => {
  const whole: Line[] = [
    [10, 'observer', up(0, 1, 'new-session')],
    [900, 'final-read', { complete: true, part: 'store' }],
  ];

  const harness: Told = {
    lanes: [],
    lines: [[800, 'phase', { begins: true, name: 'drain' }]],
  };

  it('leave their lanes whole when closed in good order', () => {
    const timeline = timelineOf(harness, { lanes: [0], lines: whole });
    expect([...timeline.damagedLanes]).toEqual([]);
    expect(timeline).toMatchObject({ isWhole: true, own: { name: 's0', closed: true } });
    expect(timeline.readsOf(0)).toEqual({ parts: new Map([['store', true]]), beganAt: 900 });
  });

  it('damage their lanes when torn, missing or never closed', () => {
    expect([...timelineOf(harness).damagedLanes]).toEqual([0]);
    const torn = timelineOf(harness, { lanes: [0], lines: whole, torn: 2 });
    expect([...torn.damagedLanes]).toEqual([0]);
    expect(torn.isWhole).toBe(false);
    expect(torn.segments[1]?.damage).toMatchObject([{ kind: 'torn', at: 900 }]);
    const brokenOff = timelineOf(harness, { lanes: [0], lines: whole, unclosed: true });
    expect([...brokenOff.damagedLanes]).toEqual([0]);
  });

  it("damage every lane when it is the harness's own that is torn, missing or never closed", () => {
    const shard = { lanes: [0], lines: whole };
    for (const timeline of [
      timelineOf(shard),
      timelineOf({ ...harness, torn: 1 }, shard),
      timelineOf({ ...harness, unclosed: true }, shard),
    ]) {
      expect([...timeline.damagedLanes]).toEqual([0]);
      expect(timeline.isWhole).toBe(false);
    }
    expect(timelineOf(shard).own).toBeNull();
  });

  it('say that a read was incomplete if any part of it was', () => {
    const lines: Line[] = [...whole, [901, 'final-read', { complete: false, part: 'store' }]];
    expect(
      timelineOf({ lanes: [0], lines })
        .readsOf(0)
        .parts.get('store'),
    ).toBe(false);
  });

  it('say of whatever was read whether all of it came', () => {
    const read = (t: number, part: string, complete: boolean): Line => [
      t,
      'final-read',
      { complete, part },
    ];
    const lines = [read(880, 'begin', true), ...whole, read(910, 'campaigns', true)];
    lines.push(read(920, 'rules', false));
    const { parts, beganAt } = timelineOf({ lanes: [0], lines }).readsOf(0);
    expect([...parts]).toEqual([
      ['store', true],
      ['campaigns', true],
      ['rules', false],
    ]);
    expect(beganAt).toBe(880);
  });

  it('were not read when the read had but begun', () => {
    const begun = { complete: true, part: 'begin' };
    const lines: Line[] = [...whole.slice(0, 1), [900, 'final-read', begun]];
    expect([...timelineOf(harness, { lanes: [0], lines }).readsOf(0).parts]).toEqual([]);
  });

  it('count what is outside the roster, and keep the first of it', () => {
    const lines = Array.from({ length: 150 }, (_, i): Line => [i, 'foreign', { topic: `t${i}` }]);
    const { foreign } = timelineOf({ lanes: [0], lines });
    expect(foreign.count).toBe(150);
    expect(foreign.examples).toHaveLength(100);
  });
});
