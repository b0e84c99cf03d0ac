import { describe, expect, it } from 'vitest';
import { bytesSource, LedgerEncoder, type OpName, SegmentReader } from '#kernel';
import { filled, type LooseFields } from '../../kernel/testing/fields.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';
import { TimelineBuilder } from './timeline-builder.ts';

type Line = readonly [t: number, op: OpName, fields: LooseFields];

/** One segment per list of lines, with its lanes. */
function timelineOf(
  ...segments: { lanes: number[]; lines: readonly Line[]; torn?: number }[]
): Timeline {
  const builder = new TimelineBuilder(testPlan({ devices: 1, readings: 4 }));
  segments.forEach(({ lanes, lines, torn }, index) => {
    const parts: Uint8Array[] = [];
    const encoder = new LedgerEncoder(
      { schema: 'twinstorm.ledger/1', segment: `s${index}`, planSha256: 'x', lanes },
      (bytes) => parts.push(bytes.slice()),
    );
    for (const [t, op, fields] of lines) encoder.write(t, op, filled(op, fields));
    encoder.flush();
    const bytes = Buffer.concat(parts);
    const reader = new SegmentReader(bytesSource(bytes.subarray(0, bytes.length - (torn ?? 0))));
    builder.open(reader.header, 'x');
    for (let entry = reader.next(); entry !== null; entry = reader.next()) builder.step(entry);
    builder.close(reader.tornBytes);
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

describe('segments', () => {
  const whole: Line[] = [
    [10, 'observer', up(0, 1, 'new-session')],
    [900, 'final-read', { complete: true, part: 'store' }],
  ];

  it('leave their lanes whole when closed in good order', () => {
    const timeline = timelineOf({ lanes: [0], lines: whole });
    expect([...timeline.damagedLanes]).toEqual([]);
    expect(timeline.readsOf(0)).toMatchObject({ store: true, presence: null, beganAt: 900 });
  });

  it('damage their lanes when torn, missing or broken off', () => {
    const harness = {
      lanes: [],
      lines: [[800, 'phase', { begins: true, name: 'drain' }]] as Line[],
    };
    expect([...timelineOf(harness).damagedLanes]).toEqual([0]);
    const torn = timelineOf(harness, { lanes: [0], lines: whole, torn: 2 });
    expect([...torn.damagedLanes]).toEqual([0]);
    expect(torn.segments[1]?.tornBytes).toBeGreaterThan(0);
    const brokenOff = timelineOf(harness, { lanes: [0], lines: whole.slice(0, 1) });
    expect([...brokenOff.damagedLanes]).toEqual([0]);
  });

  it('say that a read was incomplete if any part of it was', () => {
    const lines: Line[] = [...whole, [901, 'final-read', { complete: false, part: 'store' }]];
    expect(timelineOf({ lanes: [0], lines }).readsOf(0).store).toBe(false);
  });

  it('count what is outside the roster, and keep the first of it', () => {
    const lines = Array.from({ length: 150 }, (_, i): Line => [i, 'foreign', { topic: `t${i}` }]);
    const { foreign } = timelineOf({ lanes: [0], lines });
    expect(foreign.count).toBe(150);
    expect(foreign.examples).toHaveLength(100);
  });
});
