/**
 * A shard in the same process, with the bounds that one in another process has: a promise that
 * nobody fulfils would otherwise let virtual time run on for ever.
 */
import { type Clock, formatDuration, type Plan, WorldError } from '#kernel';
import { within } from './bounded.ts';
import type { ShardControl } from './shard.ts';
import { type ShardCall, shardBounds } from './shard-bounds.ts';

export function boundedShard(shard: ShardControl, plan: Plan, clock: Clock): ShardControl {
  const bounds = shardBounds(plan);
  const bounded = (call: ShardCall, task: Promise<void>): Promise<void> =>
    within(clock, bounds[call], task, () => {
      const bound = formatDuration(bounds[call]);
      return new WorldError('hung', `the fleet did not answer '${call}' within ${bound}`);
    });
  return {
    prepare: () => bounded('prepare', shard.prepare()),
    start: () => bounded('start', shard.start()),
    cutPower: (devices) => bounded('cutPower', shard.cutPower(devices)),
    restorePower: (devices) => bounded('restorePower', shard.restorePower(devices)),
    strike: (fault) => bounded('strike', shard.strike(fault)),
    relieve: (fault) => bounded('relieve', shard.relieve(fault)),
    arm: (fault) => bounded('arm', shard.arm(fault)),
    disarm: (fault) => bounded('disarm', shard.disarm(fault)),
    stopSampling: () => bounded('stopSampling', shard.stopSampling()),
    accountSamples: (untilMs) => bounded('accountSamples', shard.accountSamples(untilMs)),
    finalRead: () => bounded('finalRead', shard.finalRead()),
    end: () => bounded('end', shard.end()),
    stats: () => shard.stats(),
  };
}
