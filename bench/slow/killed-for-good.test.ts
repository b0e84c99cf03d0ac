/**
 * A broker that dies for good, which nobody planned, is never a pass, whatever sessions it held and
 * whether or not an outage was planned before it; and the checker that is there for it says since
 * when. One that lives through the same scenario passes, so it is the death that is told. At random
 * instants: `node bench/killed-for-good.ts`.
 */
import { describe, expect, it, vi } from 'vitest';
import { real } from '../../tools/real.ts';
import { playKill } from '../killed-for-good/kill-try.ts';

vi.setConfig({ maxConcurrency: 2, testTimeout: 180_000 });

const mosquitto = real('mosquitto');

/** In the middle of the chaos phase, a while after the heal of the outage. */
const KILL_AT_MS = 10_000;
const SAMPLED_MS = 16_000;

describe.concurrent('a broker by URL', () => {
  const cases = [
    { session: 'clean', outage: false },
    { session: 'clean', outage: true },
    { session: 'persistent', outage: false },
    { session: 'persistent', outage: true },
  ] as const;

  it.for(cases)(
    'killed for good: $session sessions, outage planned: $outage',
    async (one, test) => {
      test.skip(mosquitto.skip, mosquitto.reason);
      const { result, said } = await playKill({ ...one, killAtMs: KILL_AT_MS, seed: 1 });
      expect(result, said).not.toBeNull();
      expect(result?.verdict, said).toBe('fail');
      const alive = result?.checkers.find(({ id }) => id === 'target-alive');
      expect(alive?.verdict).toBe('fail');
      expect(alive?.findings[0]?.message).toMatch(/the target was gone from \d+\.\d s on/);
      expect(alive?.findings[0]?.witness.map(({ who }) => who)).toContain('probe past every proxy');
      const at = alive?.findings[0]?.at ?? 0;
      // Whoever calls the kill hears of the run's zero a little late.
      expect(at).toBeGreaterThanOrEqual(KILL_AT_MS);
      expect(at).toBeLessThan(SAMPLED_MS);
    },
  );

  it('that lives is accused of nothing', async (test) => {
    test.skip(mosquitto.skip, mosquitto.reason);
    const one = { session: 'persistent', outage: true, killAtMs: null, seed: 1 } as const;
    const { result, said } = await playKill(one);
    // A slow machine may leave an honest run undecided; accused it must not be.
    expect(['pass', 'unknown', 'invalid'], said).toContain(result?.verdict);
    const alive = result?.checkers.find(({ id }) => id === 'target-alive');
    expect(alive).toMatchObject({ verdict: 'pass', findingCount: 0 });
  });
});
