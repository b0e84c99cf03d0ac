/**
 * A data set as pieces of work: one file of telemetry each, with the devices in it. The pieces hang
 * on the plan alone, never on who does them, so any number of workers makes the same files.
 */
import { type EntryPlan, type Plan, phaseOf } from '#kernel';
import { splitOf } from './splits.ts';

export interface Job {
  /** Index into the plan's entries. */
  entry: number;
  split: string;
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

export function jobsOf(plan: Plan): Job[] {
  return plan.entries.flatMap((entry, index) => entryJobs(plan, entry, index));
}

function entryJobs(plan: Plan, { id }: EntryPlan, entry: number): Job[] {
  const bySplit = new Map<string, number[]>();
  plan.devices.forEach((device, index) => {
    if (device.entry !== entry) return;
    const split = splitOf(plan.seed, device.id);
    const own = bySplit.get(split);
    if (own === undefined) bySplit.set(split, [index]);
    else own.push(index);
  });
  return [...bySplit].flatMap(([split, devices]) => {
    const pieces = cut(devices, (device) => sampleCount(plan, device));
    const of = padded(pieces.length);
    return pieces.map((piece, at) => ({
      ...{ entry, split, ...piece },
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
