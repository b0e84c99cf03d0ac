/** The order of notifications: what RFC 7641, 3.4 says of it, and that it is one of a circle. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNewer, SEQUENCES } from './freshness.ts';

const HALF = SEQUENCES / 2;

describe('the order of notifications', () => {
  // V1 and V2, T2 - T1 in seconds: whether V2 is the newer one, by the three lines of the RFC.
  it.each<[number, number, number, boolean]>([
    [1, 2, 0, true],
    [2, 1, 0, false],
    [7, 7, 1, false],
    [0, HALF - 1, 0, true],
    [0, HALF, 0, false],
    [HALF, 0, 0, false],
    [HALF + 1, 0, 0, true],
    [SEQUENCES - 1, 0, 0, true],
    [0, SEQUENCES - 1, 0, false],
    [SEQUENCES - 1, 5, 10, true],
    [5, 4, 128, false],
    [5, 4, 128.001, true],
    [5, 5, 129, true],
  ])('%i, then %i after %f s: %s', (v1, v2, seconds, newer) => {
    const [t1, t2] = [1000, 1000 + seconds * 1000];
    expect(isNewer({ seq: v2, at: t2 }, { seq: v1, at: t1 })).toBe(newer);
  });

  const seq = fc.integer({ min: 0, max: SEQUENCES - 1 });
  const step = fc.integer({ min: 1, max: HALF - 1 });
  const after = fc.integer({ min: 0, max: 128_000 });

  it('is that of a circle: newer is what is less than half of it ahead, and nothing else', () => {
    fc.assert(
      fc.property(seq, step, after, (from, by, ms) => {
        const older = { seq: from, at: 0 };
        const newer = { seq: (from + by) % SEQUENCES, at: ms };
        expect(isNewer(newer, older)).toBe(true);
        expect(isNewer({ ...older, at: ms }, { ...newer, at: 0 })).toBe(false);
      }),
      { seed: 7641, numRuns: 2000 },
    );
  });

  it('never calls one newer than itself, and everything after 128 seconds', () => {
    fc.assert(
      fc.property(seq, seq, after, (one, other, ms) => {
        expect(isNewer({ seq: one, at: ms }, { seq: one, at: 0 })).toBe(false);
        expect(isNewer({ seq: other, at: 128_001 + ms }, { seq: one, at: 0 })).toBe(true);
      }),
      { seed: 7641, numRuns: 2000 },
    );
  });

  it('lets whoever takes only what is newer end at the newest, in whatever order they come', () => {
    const burst = fc.tuple(seq, fc.shuffledSubarray([...Array(12).keys()], { minLength: 1 }));
    fc.assert(
      fc.property(burst, ([from, order]) => {
        const come = order.map((k, at) => ({ k, seq: (from + k) % SEQUENCES, at }));
        const [first, ...rest] = come;
        const end = rest.reduce((last, one) => (isNewer(one, last) ? one : last), first as never);
        expect((end as { k: number }).k).toBe(Math.max(...order));
      }),
      { seed: 7641, numRuns: 1000 },
    );
  });
});
