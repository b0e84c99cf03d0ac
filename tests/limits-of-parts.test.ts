/** Where a part and its oracle could read the same thing in two ways. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { BENCH_MODEL, BenchDevice } from '../devices/duties/bench-device.ts';
import adaptive from '../devices/parts/adaptive.ts';
import aggregate from '../devices/parts/aggregate.ts';
import limited from '../devices/parts/limited.ts';
import { AdaptiveOracle } from '../twins/oracles/adaptive.ts';
import { AggregateOracle } from '../twins/oracles/aggregate.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';

it('a limited mode that is entered where it is left is refused', () => {
  const owner = { passengers: [], signals: [], parts: ['limited'] };
  const flaws = (enters: number, leaves: number) =>
    limited.flaws?.({ enters, leaves }, [], owner) ?? [];
  expect(flaws(5, 5)).toMatchObject([{ path: ['leaves'], message: expect.stringMatching('5') }]);
  expect([flaws(5, 6), flaws(6, 5)]).toEqual([[], []]);
});

const BESIDE = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;
const params = { most: 8, calm: { level: 0.5 } };

/** A device whose signal is this from sample to sample, and whatever is wrong with what it said. */
function lived(...levels: (number | null | undefined)[]): unknown {
  const plan = testPlan({ devices: 1, readings: 60 });
  const [entry] = plan.entries;
  if (entry !== undefined) plan.entries = [{ ...entry, parts: [{ kind: 'adaptive', params }] }];
  const oracle = new AdaptiveOracle(plan);
  const tell = (n: number, op: string, fields: object): void =>
    oracle.step({ op, t: n * 1e6, device: 0, stream: 0, n, ...fields } as unknown as LedgerEntry);
  let at = 0;
  class Device extends BenchDevice {
    override write(op: string, fields: object): void {
      tell(at, op, fields);
    }
  }
  const device = new Device(adaptive, BENCH_MODEL, params, BESIDE);
  device.call('booted', 1, 'power-on');
  levels.forEach((level, n) => {
    at = n;
    const why = device.call('holds', { stream: 0, n, values: { level } });
    if (why !== null) tell(n, 'not-sent', { why });
  });
  return oracle.of(0).flatMap(({ wrong }) => wrong);
}

it.each([Number.NaN, null, undefined, Number.POSITIVE_INFINITY])(
  'a signal that is %s is never calm, for either of both',
  (none) => {
    expect(lived(0, 0, none, none, none, 0, 0, 0, none, 0, none, 0, 0, 0, 0)).toEqual([]);
    expect(lived(none, none, none, none, none, none)).toEqual([]);
  },
);

/** What a device says of windows of two samples, and whatever is wrong with that. */
function addedUp(...levels: (number | undefined)[]): unknown[] {
  const plan = testPlan({ devices: 1, readings: 60 });
  const [entry] = plan.entries;
  if (entry === undefined) return [];
  const params = { window: 2 * entry.everyMs, signals: ['level'] };
  plan.entries = [{ ...entry, parts: [{ kind: 'aggregate', params }] }];
  const oracle = new AggregateOracle(plan, true);
  const said: unknown[] = [];
  class Device extends BenchDevice {
    override readonly entry = entry as never;

    override write(op: string, fields: Readonly<Record<string, unknown>>): void {
      oracle.step({ op, t: 1e6, device: 0, stream: 0, ...fields } as unknown as LedgerEntry);
      if (op === 'aggregate/closed') said.push(JSON.parse(String(fields.values)));
    }

    override send(): void {}
  }
  const device = new Device(aggregate, BENCH_MODEL, params, BESIDE);
  device.call('booted', 1, 'power-on');
  levels.forEach((level, n) => {
    const why = device.call('holds', { stream: 0, n, values: { level }, intended: n * 1000 });
    oracle.step({ op: 'not-sent', t: 1e6, device: 0, stream: 0, n, why } as LedgerEntry);
  });
  return [...said, ...oracle.of(0).flatMap(({ wrong }) => wrong)];
}

it.each([Number.NaN, undefined, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a signal that is %s comes into no window, for either of both',
  (none) => {
    const level = { min: 3, max: 3, mean: 3 };
    expect(addedUp(1, 5, 3, none, none, 3, none, none)).toEqual([
      { level: { min: 1, max: 5, mean: 3 } },
      { level },
      { level },
      {},
    ]);
  },
);
