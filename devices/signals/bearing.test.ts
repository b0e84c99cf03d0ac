/** The sound of a bearing against the tables of its makers, and against what was put into it. */
import { describe, expect, it } from 'vitest';
import {
  envelope,
  lineAt,
  passingRates,
  RATE_HZ,
  SAMPLES,
  type Sounding,
  shapeOf,
  waveform,
} from './bearing.ts';

const DEEP_GROOVE = { elements: 9, ratio: 0.3126 / 1.537, angle: 0 };
const QUIET: Sounding = {
  ...{ turns: 1797 / 60, rates: passingRates(DEEP_GROOVE, 1797 / 60) },
  ...{ outer: 0, inner: 0, ball: 0, cage: 0, imbalance: 0, misaligned: 0, noise: 0 },
  ...{ note: 3000, damping: 0.05 },
};

describe('how often elements pass', () => {
  it('is as the makers of the 6205 say', () => {
    const { outer, inner, ball, cage } = passingRates(DEEP_GROOVE, 1);
    expect([outer, inner, ball, cage].map((rate) => rate.toFixed(4))).toEqual([
      ...['3.5848', '5.4152', '2.3567', '0.3983'],
    ]);
  });

  it('is as the makers of the ZA-2115 say at 2000 turns a minute', () => {
    const rates = passingRates({ elements: 16, ratio: 0.331 / 2.815, angle: 15.17 }, 2000 / 60);
    expect(rates.outer).toBeCloseTo(236.4, 1);
    expect(rates.inner).toBeCloseTo(296.93, 1);
    expect(rates.ball).toBeCloseTo(139.92, 1);
    expect(rates.cage).toBeCloseTo(14.78, 1);
  });
});

it('sounds at 107.4 Hz by a flaw of the outer ring at 1797 turns a minute', () => {
  const loud = envelope(waveform({ ...QUIET, outer: 2, noise: 0.05 }, 9, 3), QUIET.note);
  const lines = Array.from({ length: 400 }, (_, k) => 20 + k / 2);
  const [loudest = 0] = lines.toSorted((a, b) => lineAt(loud, b) - lineAt(loud, a));
  expect(Math.abs(loudest - 107.36)).toBeLessThan(RATE_HZ / SAMPLES);
});

it.each([
  ['outer', 1],
  ['inner', 1],
  ['ball', 2],
] as const)('is told by its envelope to have a flaw of its %s', (part, times) => {
  const { rates } = QUIET;
  const sure = [0, 1, 2, 3, 4].filter((look) => {
    const loud = envelope(waveform({ ...QUIET, [part]: 3, noise: 0.1 }, 4, look), QUIET.note);
    const at = lineAt(loud, rates[part] * times);
    const others = (['outer', 'inner', 'ball'] as const).filter((other) => other !== part);
    return others.every((other) => at > lineAt(loud, rates[other] * (other === 'ball' ? 2 : 1)));
  });
  expect(sure.length).toBeGreaterThanOrEqual(4);
});

it('has the amplitudes that were put into it', () => {
  const { rms, kurtosis } = shapeOf(waveform({ ...QUIET, noise: 1 }, 5, 0));
  // What hisses makes the housing ring besides.
  expect(rms).toBeGreaterThan(1);
  expect(rms).toBeLessThan(1.6);
  expect(Math.abs(kurtosis - 3)).toBeLessThan(0.3);
  // One at a time: so short a look does not tell them quite apart.
  const alone = (part: object): Float64Array => waveform({ ...QUIET, ...part }, 5, 0);
  expect(Math.abs(lineAt(alone({ imbalance: 2 }), QUIET.turns) - 2)).toBeLessThan(0.2);
  expect(Math.abs(lineAt(alone({ misaligned: 1 }), 2 * QUIET.turns) - 1)).toBeLessThan(0.1);
  expect(shapeOf(waveform({ ...QUIET, outer: 5 }, 5, 0)).peak).toBeGreaterThan(4);
});
