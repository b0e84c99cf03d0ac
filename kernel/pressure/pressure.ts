/**
 * What a plan says of a platform under pressure: how much it takes, what it may do with more, and
 * by when it must be well again. And what the ledger says of it: one table for those who write it
 * and those who judge.
 */
import type { Plan } from '../plan/plan.ts';
import { isMap } from '../plugins/quantity.ts';

/** The workflow that lays it out. */
const PRESSURE = 'pressure';

/** What may be passed over under pressure: plain readings, and nothing else. */
export const SHED_STREAM = 'telemetry';

export interface PressurePlan {
  /** Messages a second that the target takes. */
  capacity: number;
  /** Messages that may be on their way in. */
  queue: number;
  policy: string;
  /** Of a device, one of so many is kept by `sample`. */
  keepOneOf: number;
  /** Shares of the queue: the target is limited from the first on, and over below the second. */
  limitedAt: number;
  normalAt: number;
  /** What is better must have been so for this long. */
  holdMs: number;
  /** So old a message may grow in the store before the target only reads. */
  readOnlyAfterMs: number;
  /** What may not be passed over is through so soon. */
  urgentMs: number;
  /** So soon after the last trouble all is as it was. */
  withinMs: number;
}

export const PRESSURE_OPS = {
  'pressure/asked': { device: 'device' },
  'pressure/answered': { device: 'device', status: 'count' },
  /** At the end: a message that the target says it passed over, and when by its own clock. */
  'pressure/shed': { device: 'device', stream: 'stream', n: 'count', at: 'count' },
  /** All that it says of the messages of this device was read. */
  'pressure/whole': { device: 'device' },
  /** How many of a stream it says it took and passed over. */
  'pressure/count': { device: 'device', of: 'text', taken: 'count', shed: 'count' },
  /** A change of its mode, first to last. */
  'pressure/mode': { device: 'device', at: 'count', was: 'text', mode: 'text', why: 'text' },
  /** How many messages were on their way in. */
  'pressure/depth': { device: 'device', at: 'count', depth: 'count' },
  /** What it says at the end, and the time by its own clock. */
  'pressure/now': { device: 'device', at: 'count', mode: 'text', depth: 'count' },
} as const;

/** Null where the plan has none. */
export function pressureOf({ workflows = [] }: Plan): PressurePlan | null {
  const own = workflows.find(({ workflow }) => workflow === PRESSURE)?.resolved;
  return isMap(own) ? (own as unknown as PressurePlan) : null;
}
