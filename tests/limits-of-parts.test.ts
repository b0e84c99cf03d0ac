/** Where a part and its oracle could read the same thing in two ways. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { BENCH_MODEL, BenchDevice } from '../devices/duties/bench-device.ts';
import adaptive from '../devices/parts/adaptive.ts';
import limited from '../devices/parts/limited.ts';
import { AdaptiveOracle } from '../twins/oracles/adaptive.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';

it('a limited mode that is entered where it is left is refused', () => {
  const flaws = (enters: number, leaves: number) => limited.flaws?.({ enters, leaves }, []) ?? [];
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
