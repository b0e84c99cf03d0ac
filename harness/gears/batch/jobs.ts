/**
 * A data set as pieces of work: one file of telemetry each, with the devices in it. The pieces hang
 * on the plan alone, never on who does them, so any number of workers makes the same files.
 */
import { type EntryPlan, type Plan, phaseOf } from '#kernel';
import { type Splitting, type Stretch, stretchesOf } from './splits.ts';

export interface Job {
  /** Index into the plan's entries. */
  entry: number;
  /** What of its devices is in it. */
  stretch: Stretch;
  /** Indices into the plan's devices. */
  devices: number[];
  /** Of its file, without folder and ending. */
  name: string;
  rows: number;
}

/** A larger file is cut between two devices, so that workers have equal shares. */
const ROWS_MOST = 1_000_000;

export const sampleCount = (plan: Plan, device: number): number => {
  const { firstAt, entry } = plan.devices[device] ?? { firstAt: 0, entry: -1 };
  const everyMs = plan.entries[entry]?.everyMs ?? 1;
  const until = phaseOf(plan.phases, 'drain').from;
  return Math.max(0, Math.ceil((until - firstAt) / everyMs));
};

/** The numbers of its samples in a stretch, the last one left out. */
export function samplesIn(plan: Plan, device: number, { from, to }: Stretch): [number, number] {
  const { firstAt, entry } = plan.devices[device] ?? { firstAt: 0, entry: -1 };
  const everyMs = plan.entries[entry]?.everyMs ?? 1;
  const count = sampleCount(plan, device);
  const by = (t: number): number =>
    Math.min(count, Math.max(0, Math.ceil((t - firstAt) / everyMs)));
  return [by(from), by(to)];
}

export function jobsOf(plan: Plan, splitting: Splitting): Job[] {
  return plan.entries.flatMap((entry, index) => entryJobs(plan, splitting, entry, index));
}

function entryJobs(plan: Plan, splitting: Splitting, { id }: EntryPlan, entry: number): Job[] {
  const bySplit = new Map<string, { stretch: Stretch; devices: number[] }>();
  plan.devices.forEach((device, index) => {
    if (device.entry !== entry) return;
    for (const stretch of stretchesOf(plan, index, splitting)) {
      const own = bySplit.get(stretch.split) ?? { stretch, devices: [] };
      own.devices.push(index);
      bySplit.set(stretch.split, own);
    }
  });
  return [...bySplit].flatMap(([split, { stretch, devices }]) => {
    const pieces = cut(devices, (device) => {
      const [from, to] = samplesIn(plan, device, stretch);
      return to - from;
    });
    const of = padded(pieces.length);
    return pieces.map((piece, at) => ({
      ...{ entry, stretch, ...piece },
      name: `${id}/${split}-${padded(at)}-of-${of}`,
    }));
  });
}

const padded = (value: number): string => String(value).padStart(5, '0');

function cut(
  devices: readonly number[],
  rowsOf: (device: number) => number,
): { devices: number[]; rows: number }[] {
  const pieces: { devices: number[]; rows: number }[] = [];
  let last = { devices: [] as number[], rows: 0 };
  for (const device of devices) {
    const rows = rowsOf(device);
    if (last.devices.length > 0 && last.rows + rows > ROWS_MOST) {
      pieces.push(last);
      last = { devices: [], rows: 0 };
    }
    last.devices.push(device);
    last.rows += rows;
  }
  return last.devices.length > 0 ? [...pieces, last] : pieces;
}
