/**
 * Load that something else puts on the target beside the fleet. Whoever makes it acts as devices of
 * the plan: they stand in the roster, a network fault can select them, and what they send is judged
 * like anybody's. Only that no shard leads them.
 */

import type { DevicePlan, EntryPlan, Plan } from '../plan/plan.ts';
import type { StreamSpec } from '../plan/streams.ts';
import type { LoadPlan } from './load-plan.ts';

/** The word of its ops, its stream, its ids and its model. */
export const K6 = 'k6';

/** The way to the target's HTTP API, where it has one: so a fault on a user's link is on both. */
export const HTTP_API = 'http-api';

/** One message for each attempt of a user, counted from 0. */
export const K6_STREAM: StreamSpec = {
  name: K6,
  noun: 'attempt',
  way: 'up',
  schedule: { by: 'event' },
  kept: true,
};

/**
 * What k6 says at its end, of each script: every metric, every check, every threshold (held,
 * crossed or unmeasured), and with what code it ended.
 */
export const K6_OPS = {
  'k6/metric': { load: 'text', metric: 'text', values: 'text' },
  'k6/check': { load: 'text', check: 'text', passes: 'count', fails: 'count' },
  'k6/threshold': { load: 'text', metric: 'text', threshold: 'text', state: 'text' },
  'k6/ended': { load: 'text', code: 'signed' },
} as const;

/** With which k6 says that thresholds are crossed. */
export const K6_CROSSED = 99;

export type LoadEntry = EntryPlan & { load: LoadPlan };

export const loadsOf = ({ entries }: Pick<Plan, 'entries'>): LoadEntry[] =>
  entries.filter((entry): entry is LoadEntry => entry.load !== undefined);

/** Whether somebody else acts as it. Rows that are not here are not asked. */
export const isOfLoad = (plan: { devices: readonly DevicePlan[] }, device: number): boolean =>
  plan.devices[device]?.load === true;

export const loadCount = ({ devices }: { devices: readonly DevicePlan[] }): number =>
  devices.reduce((sum, { load }) => sum + (load === true ? 1 : 0), 0);
