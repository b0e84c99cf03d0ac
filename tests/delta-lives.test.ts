/**
 * Differences in lives in which messages are lost, acknowledgements come late and the power goes: a
 * receiver that is too simple to be wrong adds them up, and the oracle must agree with what it got.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mutant, type Random, randomStream } from '#kernel';
import basesOnUnsent from '../devices/mutants/delta-bases-on-unsent.ts';
import part from '../devices/parts/delta.ts';
import workflow from '../harness/workflows/delta.ts';
import type { DeltaOracle } from '../twins/oracles/delta.ts';
import { type Life, type LivingDevice, live, TELEMETRY } from './sampling-lives.ts';

interface Said {
  whole?: boolean;
  level?: number;
  other?: number;
  of?: number;
  by?: { level?: number };
  also?: { other?: number };
}

interface Made {
  level: number;
  other: number;
}

/** What has arrived at the receiver, by number, and what of it is not acknowledged. */
class Receiver {
  readonly made = new Map<number, Made>();
  readonly #random: Random;
  #waiting: number[] = [];
  #seen = 0;
  /** Differences from what it does not have. */
  baseless = 0;

  constructor(seed: number) {
    this.#random = randomStream(seed, 'receiver');
  }

  /** Takes in what was said since, loses some of it, and answers the rest in its time. */
  turn(device: LivingDevice): void {
    for (const { n, said } of device.samples.slice(this.#seen)) {
      if (said === null || this.#random.below(6) === 0) continue;
      this.#take(n, said as Said);
      this.#waiting.push(n);
    }
    this.#seen = device.samples.length;
    while (this.#waiting.length > 0 && this.#random.below(3) > 0) {
      const n = this.#waiting.shift() ?? 0;
      device.tell('acked', { stream: TELEMETRY, n });
      device.call('acked', TELEMETRY, n);
    }
    if (this.#random.below(20) > 0 || !device.isPowered) return;
    device.tell('state', { state: 'connection.online' });
    device.call('online', true);
  }

  #take(n: number, { whole, level = 0, other = 0, of = -1, by = {}, also = {} }: Said): void {
    const base = this.made.get(of);
    if (whole === true) this.made.set(n, { level, other });
    else if (base === undefined) this.baseless++;
    else {
      const made = { level: base.level + (by.level ?? 0), other: also.other ?? base.other };
      this.made.set(n, made);
    }
  }
}

function lived(seed: number, mutant: Mutant | null = null) {
  const receiver = new Receiver(seed);
  const life: Life<DeltaOracle> = live<DeltaOracle>(
    {
      ...{ part, oracle: 'delta', samples: 80, ops: workflow.ops ?? {} },
      params: (random) => ({
        steps: { level: [0.05, 0.25, 0.3, 1][random.below(4)] ?? 1 },
        whole: 2 + random.below(9),
      }),
      turn: (device) => receiver.turn(device),
      after: (device) => {
        for (const [n, made] of receiver.made) {
          device.tell('delta/rebuilt', { stream: TELEMETRY, n, values: JSON.stringify(made) });
        }
        device.tell('delta/read');
      },
    },
    seed,
    mutant,
  );
  const { steps } = life.device.paramsOf() as unknown as { steps: { level: number } };
  const off = life.device.samples.filter(({ n, level, other }) => {
    const made = receiver.made.get(n);
    if (made === undefined) return false;
    return Math.abs(made.level - level) > steps.level / 2 + 1e-6 || made.other !== other;
  });
  return { ...life, baseless: receiver.baseless, off };
}

const wrongIn = (oracle: DeltaOracle) => oracle.of(0).flatMap(({ wrong }) => wrong);

describe('differences', () => {
  it('lead to the truth in any life', { timeout: 600_000 }, () => {
    const counts = { whole: 0, differences: 0, decided: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
        const { oracle, off, baseless } = lived(seed);
        expect([wrongIn(oracle), off, baseless]).toEqual([[], [], 0]);
        for (const story of oracle.of(0)) {
          for (const key of ['whole', 'differences', 'decided'] as const) counts[key] += story[key];
        }
      }),
      { seed: 7, numRuns: 1500 },
    );
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(10_000);
  });

  it('are found out where they are taken from what never arrived', { timeout: 600_000 }, () => {
    const lives = Array.from({ length: 300 }, (_, seed) => lived(seed + 1, basesOnUnsent));
    const harmed = lives.filter(({ baseless, off }) => baseless > 0 || off.length > 0);
    for (const { oracle } of harmed) expect(wrongIn(oracle)).not.toEqual([]);
    expect(harmed.length).toBeGreaterThan(50);
  });
});
