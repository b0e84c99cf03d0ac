/** The fleet gets no process that has nothing to do, nor many more than there are cores. */
import { describe, expect, it } from 'vitest';
import { shardBound, shardCount } from './shard-count.ts';

const LARGE = { sessions: 1000, lanes: 64, cores: 2 };

describe('as many shards as may be', () => {
  it.each([
    ['by the cores', LARGE, 8, '2 cores carry 8 processes of a fleet'],
    ['by the lanes', { ...LARGE, lanes: 3 }, 3, 'its devices lie on 3 lanes'],
    ['by the one lane', { ...LARGE, lanes: 1 }, 1, 'its devices lie on 1 lane'],
    ['by what any machine carries', { ...LARGE, cores: 64 }, 16, 'no run is split further'],
    ['by the sessions', { ...LARGE, sessions: 180_000 }, 12, 'open files ask for 12 processes'],
  ])('%s', (_, run, most, why) => {
    const { most: found, because } = shardBound(run);
    expect([found, because]).toEqual([most, expect.stringContaining(why)]);
  });

  it('are never fewer than what a run takes by itself, unless the lanes are', () => {
    for (const sessions of [1, 20_000, 200_000, 2_000_000]) {
      expect(shardBound({ ...LARGE, sessions }).most).toBeGreaterThanOrEqual(
        shardCount(sessions, null),
      );
    }
  });
});
