/** What oracles count, to the last one: a report says so many readings were judged. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import { ClockOracle } from './clock.ts';
import { LimitedOracle } from './limited.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';

const planWith = (
  kind: string,
  params: Plan['entries'][number]['parts'][number]['params'],
): Plan => {
  const plan = testPlan({ devices: 2, readings: 60 });
  const [entry] = plan.entries;
  if (entry !== undefined) {
    plan.entries = [{ ...entry, parts: [{ kind, params }] }, entry];
    Object.assign(plan.devices[1] ?? {}, { entry: 1, via: 0 });
  }
  return plan;
};

type Told = [op: string, t: number, fields: object];

const feed = (oracle: { step(entry: LedgerEntry): void }, told: readonly Told[]): void => {
  for (const [op, t, fields] of told) {
    oracle.step({ op, t: t * 1000, device: 0, ...fields } as unknown as LedgerEntry);
  }
};

it('counts readings of a device that may be limited', () => {
  const oracle = new LimitedOracle(planWith('limited', { enters: 10, leaves: 20, factor: 2 }));
  const measured = (n: number, value: number, held: boolean): Told => [
    'limited/measured',
    n * 1000,
    { n, value: String(value), held },
  ];
  feed(oracle, [
    measured(0, 30, false),
    measured(1, 5, false),
    ['state', 1000, { state: 'limited.limited' }],
    measured(2, 5, false),
    measured(3, 5, true),
    ['not-sent', 3000, { stream: 0, n: 3, why: 'limited' }],
  ]);
  expect(oracle.of(0)).toMatchObject({ readings: 4, held: 1, entered: 1, left: 0 });
  expect(new LimitedOracle(planWith('limited', { enters: 1, leaves: 2, factor: 2 })).of(0)).toEqual(
    {
      ...{ readings: 0, held: 0, entered: 0, left: 0, wrong: [], unaccounted: [] },
    },
  );
});

it('counts what a clock has not said when the run ends', () => {
  const plan = planWith('clock', { sync: 1000, every: 1000, drift: 50 });
  const timeline = { phase: () => undefined, end: 20_000_000 } as unknown as Timeline;
  const openAfter = (...told: Told[]): number | undefined => {
    const oracle = new ClockOracle(plan, timeline);
    feed(oracle, [['boot', 0, {}], ['online', 100, {}], ...told]);
    return oracle.of(0)?.open;
  };
  const took = (n: number): Told => ['gateway/took', 19_000 + n, { child: 1, stream: 0, n }];
  expect([openAfter(), openAfter(took(1)), openAfter(took(1), took(2))]).toEqual([0, 1, 2]);
});
