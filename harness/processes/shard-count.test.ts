/** The fleet gets no process that has nothing to do, nor many more than there are cores. */
import { describe, expect, it } from 'vitest';
import { lanesOf, SHARDS_MAX, shardBound, shardCount } from './shard-count.ts';

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

describe('as many shards as a run takes', () => {
  it.each([
    ['one on the one core', 10, null, 1, 1],
    ['two on more', 10, null, 8, 2],
    ['as many as its files ask for', 45_000, null, 8, 3],
    ['one more for one session more', 45_001, null, 8, 4],
    ['what it is asked for', 45_001, 1, 8, 1],
    ['no more than any run has', 10, 99, 8, SHARDS_MAX],
    ['at least one', 10, 0, 8, 1],
  ])('%s', (_, sessions, asked, cores, count) => {
    expect(shardCount(sessions, asked, cores)).toBe(count);
  });

  it('own each lane once', () => {
    const owned = [0, 1, 2].flatMap((shard) => lanesOf(shard, 3));
    expect(owned.sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, lane) => lane));
    expect(lanesOf(1, 3).slice(0, 3)).toEqual([1, 4, 7]);
  });
});
