/** What a gateway is accused of where another one has the same, or nothing explains a loss. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { GatewayOracle } from './gateway.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';

const [OWN, OTHER, CHILD] = [0, 1, 2];

function oracleOf(memory: 'ram' | 'flash' = 'ram') {
  const plan = testPlan({ devices: 3, readings: 60 });
  const [entry] = plan.entries;
  const params = {
    ...{ messages: 1, bytes: 1000, drop: 'newest', backlog: 0.5, memory, flush: 1000 },
    priorities: {},
  };
  if (entry !== undefined) {
    plan.entries = [{ ...entry, parts: [{ kind: 'gateway', params }] }, entry];
  }
  Object.assign(plan.devices[CHILD] ?? {}, { via: OWN, fallBack: OTHER, entry: 1 });
  const timeline = {
    phase: () => undefined,
    readsOf: () => ({ beganAt: 60_000_000 }),
    end: 60_000_000,
  } as unknown as Timeline;
  const oracle = new GatewayOracle(plan, timeline, 0);
  const step = (op: string, ms: number, device: number, fields: object): void =>
    oracle.step({ op, t: ms * 1000, device, ...fields } as unknown as LedgerEntry);
  const item = (n: number) => ({ child: CHILD, stream: 0, n, bytes: 10 });
  const told = {
    took: (ms: number, n: number, by = OWN) => {
      step('gateway/took', ms, by, item(n));
      return told;
    },
    dropped: (ms: number, n: number, why: string, by = OWN) => {
      step('gateway/dropped', ms, by, { ...item(n), why });
      return told;
    },
    enters: (ms: number, state: string) => {
      step('state', ms, OWN, { state });
      return told;
    },
    boots: (ms: number, cause: string) => {
      step('boot', ms, OWN, { epoch: 2, cause });
      return told;
    },
    story: (of = OWN) => oracle.of(of),
  };
  return told;
}

it('is not asked for an account of what another gateway takes, too', () => {
  const full = () => oracleOf().took(1000, 0).took(1100, 1).dropped(1100, 1, 'gateway-full');
  expect(full().story()?.unaccounted).toMatchObject([{ item: { n: 1 } }]);
  expect(full().took(1200, 1, OTHER).story()?.unaccounted).toEqual([]);
});

it('has lost what it held without a cause, whatever else of it changes its state', () => {
  const lost = () => oracleOf().took(1000, 0).dropped(1500, 0, 'power-cut');
  const without = (told: ReturnType<typeof lost>) => told.story()?.lostWithout.length;
  expect(without(lost())).toBe(1);
  expect(without(lost().enters(1500, 'connection.backoff'))).toBe(1);
  expect(without(lost().enters(1500, 'power.off'))).toBe(0);
});

it('loses nothing in a restart that it planned, where it has a flash', () => {
  const lost = (memory: 'ram' | 'flash', cause: string) =>
    oracleOf(memory)
      .took(1000, 0)
      .dropped(1100, 0, 'lost in reset')
      .enters(1100, 'power.resetting')
      .boots(1500, cause)
      .story()
      ?.mistakes.map(({ mistake }) => mistake);
  expect(lost('flash', 'reset')).toEqual(['lost-in-restart']);
  expect(lost('flash', 'power-on')).toEqual([]);
  expect(lost('ram', 'reset')).toEqual([]);
});
