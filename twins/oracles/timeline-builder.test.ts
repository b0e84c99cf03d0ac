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
    expect(timeline.gapsOf(9)).toEqual([{ from: 0, to: Number.POSITIVE_INFINITY, kept: false }]);
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
