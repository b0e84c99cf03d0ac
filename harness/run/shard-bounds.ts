/**
 * How long a shard may take for what it is asked, by the size of the fleet. Generous enough for a
 * loaded machine: a bound that is reached says that the shard hangs, not that it is slow.
 */
import { heldTo, type Plan } from '#kernel';
import { keptReadBound } from '../watch/kept-read.ts';
import { OBSERVERS_READY_MS } from './let-in.ts';
import type { ShardControl } from './shard.ts';

export type ShardCall = Exclude<keyof ShardControl, 'stats'> | 'init';
export type ShardBounds = Readonly<Record<ShardCall, number>>;

/** A word to a process that is at work. */
const CALL_MS = 30_000;
/** Building a device, starting it, cutting its power. */
const DEVICE_MS = 5;
/** Its rows in the target's store, page by page. */
const READ_MS = 20;
/** Its traces on a foreign target: seconds each, some thirty at a time. */
const ERASE_MS = 160;

/** Nobody at work is silent for so long, nor for so much longer with each thousand of devices. */
const SILENT_MS = 20_000;
const SILENT_THOUSAND_MS = 1000;

export const silenceBound = ({ devices }: Pick<Plan, 'devices'>): number =>
  SILENT_MS + Math.floor(devices.length / 1000) * SILENT_THOUSAND_MS;

export function shardBounds(plan: Pick<Plan, 'devices' | 'target'>): ShardBounds {
  const devices = plan.devices.length;
  const call = CALL_MS + devices * DEVICE_MS;
  return {
    init: 2 * call,
    prepare: OBSERVERS_READY_MS + call,
    start: call,
    cutPower: call,
    restorePower: call,
    strike: call,
    relieve: call,
    arm: call,
    disarm: call,
    stopSampling: call,
    accountSamples: call,
    finalRead:
      2 * call + devices * READ_MS + 2 * heldTo(plan).retainedWithinMs + foreignReadMs(plan),
    end: call + devices * ERASE_MS,
  };
}

/** What is not ours has a bound of its own; a store is given its time to catch up first. */
const foreignReadMs = (plan: Pick<Plan, 'devices' | 'target'>): number => {
  const { store, presence } = plan.target;
  const bound = keptReadBound(plan);
  const storeMs = store === undefined ? 0 : store.withinMs + bound;
  return storeMs + (presence === undefined ? 0 : bound);
};
