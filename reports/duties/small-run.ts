/**
 * A run as small as one can be and still have everything: a few devices, two lanes, a reading a
 * second, and nothing goes wrong. Checkers and reporters are tried on it, whole, empty and cut into
 * one segment or two.
 */
import {
  bytesSource,
  dueAt,
  type FaultPlan,
  type FieldValue,
  filled,
  LedgerEncoder,
  type OpName,
  PAST_EVERY_PROXY,
  type Plan,
  plannedCount,
  type SegmentHeader,
  type StreamPlan,
} from '#kernel';
import { benchPlan } from '#oracles';
import type { Segment } from '../judging/segments.ts';

const DEVICES = 4;
const LANES = 2;
/** Of scenario time, in ms. */
const CHAOS_MS = 4000;
const SETTLE_MS = 6000;
const SAMPLED_MS = 8000;
const READ_MS = 8500;
const END_MS = 9000;
const PROBE_MS = 200;

type Fields = Readonly<Record<string, FieldValue>>;
interface Told {
  t: number;
  op: OpName;
  fields: Fields;
}

/** Of that run, with what is expected of it. */
export function smallPlan(expect: Plan['expect']): Plan {
  const plan = benchPlan({ devices: DEVICES, readings: SAMPLED_MS / 1000 });
  return {
    ...plan,
    phases: [
      { name: 'warmup', from: 0, to: 1000 },
      { name: 'steady', from: 1000, to: CHAOS_MS },
      { name: 'chaos', from: CHAOS_MS, to: SETTLE_MS },
      { name: 'settle', from: SETTLE_MS, to: SAMPLED_MS },
      { name: 'drain', from: SAMPLED_MS, to: READ_MS },
    ],
    entries: plan.entries.map((entry) => ({ ...entry, streams: [0], retainStatus: false })),
    devices: plan.devices.map((device, index) => ({
      ...device,
      id: `things/site-1/${index}`,
      lane: index % LANES,
      firstAt: 500 + index * 10,
    })),
    cohorts: [{ id: 'cohort-0', devices: DEVICES, profile: null, faults: [] }],
    gate: { at: CHAOS_MS, connectedShare: 0.95, deliveredShare: 0.9 },
    bounds: { durationMs: 60_000, messages: 1000, devices: DEVICES },
    expect,
  };
}

/** Planned on one device of it, in its chaos phase; what it does is for others to say. */
export const SMALL_FAULT: FaultPlan = {
  id: 'f',
  fault: '',
  from: CHAOS_MS + 200,
  to: SETTLE_MS - 200,
  acts: 'link',
  cohorts: [0],
  devices: [1],
  params: {},
  proof: { kind: '' },
  toxics: [],
  down: false,
};

/** It was injected and healed. */
export const faultStory = ({ id, from, to }: FaultPlan): Told[] => [
  at(from, 'fault', { injected: true, fault: id }),
  at(to, 'fault', { injected: false, fault: id }),
];

/** The ledger of that run; each lane has a segment of its own, or one has them all. */
export function smallLedger(
  plan: Plan,
  lanesOf: readonly (readonly number[])[],
  more: readonly Told[] = [],
): Segment[] {
  const harness = segmentOf('harness', [], [...harnessStory(), ...more]);
  const shards = lanesOf.map((lanes, index) => {
    const told = plan.devices.flatMap(({ lane }, device) =>
      lanes.includes(lane) ? deviceStory(plan, device) : [],
    );
    return segmentOf(`shard-${index}`, lanes, [...lanes.flatMap(laneStory), ...told]);
  });
  return [harness, ...shards];
}

export const LANES_APART: readonly (readonly number[])[] = [[0], [1]];
export const LANES_TOGETHER: readonly (readonly number[])[] = [[0, 1]];

/** Whole, and telling of nothing: where there is no entry at all, a segment counts as damaged. */
export const emptyLedger = (): Segment[] => [
  segmentOf('harness', [], [at(0, 'note', { text: 'nothing' })]),
  segmentOf('shard-0', [0, 1], [at(0, 'note', { text: 'nothing' })]),
];

const harnessStory = (): Told[] => [
  ...smallPlan([]).phases.flatMap(({ name, from, to }) => [
    at(from, 'phase', { begins: true, name }),
    at(to - 0.001, 'phase', { begins: false, name }),
  ]),
  at(CHAOS_MS - 0.01, 'gate', { open: true, figures: 'connected 100 %' }),
  ...[0, PAST_EVERY_PROXY].flatMap((cohort) => [
    at(20, 'probe', { cohort, saw: 'connected' }),
    ...Array.from({ length: END_MS / PROBE_MS - 1 }, (_, n) =>
      at((n + 1) * PROBE_MS, 'probe', { cohort, value: 2000, asked: n, saw: 'pong' }),
    ),
  ]),
];

const laneStory = (lane: number): Told[] => [
  at(5, 'observer', { up: true, first: lane, lanes: 1, why: 'new-session' }),
  ...['store', 'presence', 'retained'].map((part) =>
    at(READ_MS + 400, 'final-read', { complete: true, part }),
  ),
  at(END_MS, 'observer', { up: false, first: lane, lanes: 1, why: 'planned' }),
];

const deviceStory = (plan: Plan, device: number): Told[] => [
  at(10, 'boot', { device, epoch: 1, cause: 'power-on' }),
  at(50, 'connect', { device, attempt: 0 }),
  at(100, 'online', { device, present: false }),
  at(100, 'state', { device, state: 'connection.online' }),
  ...plan.streams
    .filter(({ schedule }) => schedule.by === 'sampling')
    .flatMap((stream) => messageStories(plan, stream, device)),
  at(READ_MS + 250, 'presence', { device, online: true }),
];

function messageStories(plan: Plan, stream: StreamPlan, device: number): Told[] {
  const { qos = 1 } = plan.entries[0] ?? {};
  return Array.from({ length: plannedCount(plan, stream, device) }, (_, n) => {
    const t = dueAt(plan, stream, device, n) ?? 0;
    const message = { device, stream: stream.code, n };
    const hash = (device * 1_000_003 + n * 31 + 7) >>> 0;
    return [
      at(t + 1, 'sent', { ...message, late: 1000, hash, flags: qos }),
      at(t + 5, 'observed', { ...message, hash, flags: qos, epoch: 1 }),
      at(t + 6, 'acked', message),
      at(READ_MS + 100, 'stored', { ...message, hash }),
    ];
  }).flat();
}

const at = (t: number, op: OpName, fields: Fields): Told => ({ t, op, fields });

function segmentOf(name: string, lanes: readonly number[], story: readonly Told[]): Segment {
  const parts: Uint8Array[] = [];
  const schema = 'twinstorm.ledger/1';
  const header: SegmentHeader = { schema, segment: name, planSha256: '', lanes: [...lanes] };
  const encoder = new LedgerEncoder(header, (bytes) => parts.push(bytes.slice()));
  const inTime = story.map((told, index) => ({ told, index }));
  inTime.sort((a, b) => a.told.t - b.told.t || a.index - b.index);
  for (const { told } of inTime) {
    encoder.write(Math.round(told.t * 1000), told.op, filled(told.op, told.fields));
  }
  encoder.close();
  return { name, source: bytesSource(Uint8Array.from(parts.flatMap((part) => [...part]))) };
}
