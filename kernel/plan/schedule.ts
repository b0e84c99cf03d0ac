/**
 * When a message is due and how many a plan intends, for every stream alike. Schedules are rules:
 * n is an index on the plan's finest grid. A device may leave a grid point out, and writes down
 * why; it never adds one.
 */

import { formatDuration } from '../time.ts';
import type { PhasePlan, Plan } from './plan.ts';
import { type StreamPlan, type StreamSchedule, streamOf } from './streams.ts';

/** Milliseconds of scenario time; null where the plan does not know it. */
export function dueAt(plan: Plan, stream: StreamPlan, device: number, n: number): number | null {
  const { schedule } = stream;
  const grid = gridOf(plan, schedule, device);
  return grid === null ? null : grid.firstAt + n * grid.everyMs;
}

/** How many messages of a stream the plan intends for a device. */
export function plannedCount(plan: Plan, stream: StreamPlan, device: number): number {
  const grid = gridOf(plan, stream.schedule, device);
  const end = phaseOf(plan.phases, 'drain').from;
  if (grid === null || grid.everyMs <= 0 || grid.firstAt >= end) return 0;
  return Math.ceil((end - grid.firstAt) / grid.everyMs);
}

/** Whether the plan knows when each of its messages is due. */
export const isScheduled = ({ schedule: { by } }: StreamPlan): boolean =>
  by === 'sampling' || by === 'rounds';

/**
 * Milliseconds between two of its messages, of one device; of what just happens the least that is
 * declared, or else what the device takes between two samples. Null where there are none.
 */
export function intervalOf(plan: Fleet, stream: StreamPlan, device: number): number | null {
  const schedule = beginningOf(plan, stream);
  if (schedule === null) return null;
  if (schedule.by === 'event' || schedule.by === 'attempt') {
    return schedule.leastMs ?? plan.entries[plan.devices[device]?.entry ?? -1]?.everyMs ?? null;
  }
  const grid = gridOf(plan, schedule, device);
  return grid === null || grid.everyMs <= 0 ? null : grid.everyMs;
}

/** By what a stream goes in the end: whatever it replies to. Null where nothing begins. */
export function beginningOf(
  plan: Pick<Plan, 'streams'>,
  { schedule }: StreamPlan,
): Beginning | null {
  let found = schedule;
  for (let steps = 0; found.by === 'reply'; steps++) {
    const asked = streamOf(plan, found.to);
    if (asked === undefined || steps > plan.streams.length) return null;
    found = asked.schedule;
  }
  return found;
}

type Beginning = Exclude<StreamSchedule, { by: 'reply' }>;

type Fleet = Pick<Plan, 'devices' | 'entries' | 'streams'>;

interface Grid {
  firstAt: number;
  everyMs: number;
}

function gridOf(
  plan: Omit<Fleet, 'streams'>,
  schedule: StreamSchedule,
  device: number,
): Grid | null {
  if (schedule.by === 'sampling') {
    const row = plan.devices[device];
    const entry = plan.entries[row?.entry ?? -1];
    // Whoever something else acts as samples nothing that a plan could know.
    if (row === undefined || entry === undefined || row.load === true) return null;
    return { firstAt: row.firstAt, everyMs: entry.everyMs };
  }
  if (schedule.by !== 'rounds') return null;
  const offsetMs = offsetsOf(schedule).get(device);
  if (offsetMs === undefined) return null;
  return { firstAt: schedule.firstAt + offsetMs, everyMs: schedule.everyMs };
}

type Rounds = Extract<StreamSchedule, { by: 'rounds' }>;

/** By device; asked with every message, so it is made once per schedule. */
const offsets = new WeakMap<Rounds, ReadonlyMap<number, number>>();

function offsetsOf(schedule: Rounds): ReadonlyMap<number, number> {
  let known = offsets.get(schedule);
  if (known === undefined) {
    known = new Map(schedule.devices.map(({ device, offsetMs }) => [device, offsetMs]));
    offsets.set(schedule, known);
  }
  return known;
}

export function phaseOf(phases: readonly PhasePlan[], name: PhasePlan['name']): PhasePlan {
  return phases.find((phase) => phase.name === name) ?? { name, from: 0, to: 0 };
}

/** What a person wrote in milliseconds, moved onto the grid of intended times. */
export const onGrid = (ms: number, quantumMs: number, least = quantumMs): number =>
  Math.max(least, Math.round(ms / quantumMs) * quantumMs);

/** What a person should know where it was moved; nothing where it lay on the grid. */
export function movedNote(name: string, ms: number, quantumMs: number): string[] {
  const used = onGrid(ms, quantumMs);
  if (used === ms) return [];
  const [wrote, uses] = [formatDuration(ms), formatDuration(used)];
  return [`${name} ${wrote} lies beside that grid; ${uses} is used`];
}
