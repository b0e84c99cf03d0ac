/**
 * A part adds up what its device measures, through losses of power, and the oracle adds it up
 * again; beside both, a third look at the numbers, which knows neither of them.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Random } from '#kernel';
import meanOfLife from '../devices/mutants/aggregate-mean-of-life.ts';
import slidesEdge from '../devices/mutants/aggregate-slides-edge.ts';
import part from '../devices/parts/aggregate.ts';
import type { AggregateOracle } from '../twins/oracles/aggregate.ts';
import { type Life, live } from './sampling-lives.ts';

const SAMPLES = 60;
const LENGTHS = [1, 2, 5, 7];

const wish = {
  ...{ part, oracle: 'aggregate', samples: SAMPLES },
  params: (random: Random) => ({
    window: 1000 * (LENGTHS[random.below(LENGTHS.length)] ?? 1),
    signals: ['level'],
  }),
};

type Aggregated = Life<AggregateOracle>;

interface Sent {
  window: { from: number; count: number };
  signals: { level: { min: number; max: number; mean: number } };
}

/** Whether a window that was sent differs from the levels between its bounds. */
function isOff({ device }: Aggregated): boolean {
  const params = device.paramsOf();
  const length = Number(params.window) / 1000;
  return device.sent.some(({ values }) => {
    const { window, signals } = values as unknown as Sent;
    const first = Math.round((window.from - device.row.firstAt) / 1000);
    const all = device.samples.slice(first, first + length);
    // Of a window with a loss of power in it, only what came after counts.
    const lastOff = all.map(({ isOff: off }) => off).lastIndexOf(true);
    const mine = all.slice(lastOff + 1).map(({ level }) => level);
    const sum = mine.reduce((total, level) => total + level, 0);
    const { min, max, mean } = signals.level;
    return (
      window.count !== mine.length ||
      Math.abs(mean - sum / mine.length) > 1e-9 ||
      min !== Math.min(...mine) ||
      max !== Math.max(...mine)
    );
  });
}

const wrongIn = ({ oracle }: Aggregated) =>
  oracle.of(0).flatMap(({ wrong, unsaid, unaccounted }) => [...wrong, ...unsaid, ...unaccounted]);

describe('windows', () => {
  it('come to what their samples come to, in any life', { timeout: 600_000 }, () => {
    let [windows, lost, cut] = [0, 0, 0];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const life = live<AggregateOracle>(wish, seed);
        expect(wrongIn(life)).toEqual([]);
        for (const story of life.oracle.of(0)) {
          windows += story.windows;
          lost += story.lost;
          cut += story.cut;
        }
      }),
      { seed: 5, numRuns: 1500 },
    );
    expect(Math.min(windows / 10, lost, cut)).toBeGreaterThan(1000);
  });

  it.each([slidesEdge, meanOfLife].map((mutant) => [mutant.kind, mutant] as const))(
    'are found out with %s',
    { timeout: 600_000 },
    (_, mutant) => {
      const lives = Array.from({ length: 300 }, (_unused, seed) =>
        live<AggregateOracle>(wish, seed + 1, mutant),
      ).filter(({ device }) => device.fired > 0);
      const off = lives.filter(isOff);
      for (const life of off) expect(wrongIn(life)).not.toEqual([]);
      expect(off.length).toBeGreaterThan(20);
    },
  );
});
