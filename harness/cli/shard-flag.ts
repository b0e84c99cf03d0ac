/**
 * `--shards` of a run over sockets: more processes than the run can use are refused before anything
 * is started, with what bounds them.
 */
import { AuthorError, type Plan, sessionCount } from '#kernel';
import { shardBound } from '../processes/shard-count.ts';
import type { Host } from './host.ts';

export function guardShards(host: Pick<Host, 'cores'>, plan: Plan, asked: number | null): void {
  if (asked === null || plan.gear !== 'real') return;
  const lanes = new Set(plan.devices.map(({ lane }) => lane)).size;
  const { most, because } = shardBound({ sessions: sessionCount(plan), lanes, cores: host.cores });
  if (asked <= most) return;
  throw new AuthorError([
    {
      code: 'shards',
      message: `--shards ${asked} is more than the ${most} that this run can use: ${because}`,
      hint: `--shards ${most} at most, or leave it out: the number then follows from the fleet`,
    },
  ]);
}
