/** An interval that adapts, in lives in which the level wanders and the power goes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Random } from '#kernel';
import staysLong from '../devices/mutants/adaptive-stays-long.ts';
import part from '../devices/parts/adaptive.ts';
import type { AdaptiveOracle } from '../twins/oracles/adaptive.ts';
import { type Life, live } from './sampling-lives.ts';

const wish = {
  ...{ part, oracle: 'adaptive', samples: 80 },
  params: (random: Random) => ({
    most: 2 + random.below(8),
    calm: { level: [0, 0.25, 0.5, 2][random.below(4)] ?? 0 },
  }),
};

type Adapted = Life<AdaptiveOracle>;

/** Whether somewhere the level had moved at what was said, and the very next sample was left out. */
function isSlow({ device }: Adapted): boolean {
  const { calm } = device.paramsOf() as unknown as { calm: { level: number } };
  let said: number | null = null;
  let hasMoved = false;
  return device.samples.some(({ level, why, isOff }) => {
    if (isOff) [said, hasMoved] = [null, false];
    else if (why !== null) return hasMoved;
    else {
      hasMoved = said !== null && Math.abs(level - said) > calm.level + 1e-9;
      said = level;
    }
    return false;
  });
}

const wrongIn = ({ oracle }: Adapted) => oracle.of(0).flatMap(({ wrong }) => wrong);

describe('an interval that adapts', () => {
  it('is what it should be, in any life', { timeout: 600_000 }, () => {
    const counts = { said: 0, leftOut: 0, short: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const life = live<AdaptiveOracle>(wish, seed);
        expect(wrongIn(life)).toEqual([]);
        expect(isSlow(life)).toBe(false);
        for (const story of life.oracle.of(0)) {
          for (const key of ['said', 'leftOut', 'short'] as const) counts[key] += story[key];
        }
      }),
      { seed: 6, numRuns: 1500 },
    );
    expect(Math.min(counts.said, counts.leftOut, counts.short)).toBeGreaterThan(5000);
  });

  it('is found out where it stays long', { timeout: 600_000 }, () => {
    const lives = Array.from({ length: 300 }, (_, seed) =>
      live<AdaptiveOracle>(wish, seed + 1, staysLong),
    );
    const slow = lives.filter(isSlow);
    for (const life of slow) expect(wrongIn(life)).not.toEqual([]);
    for (const life of lives) if (!isSlow(life)) expect(wrongIn(life)).toEqual([]);
    expect(slow.length).toBeGreaterThan(30);
  });
});
