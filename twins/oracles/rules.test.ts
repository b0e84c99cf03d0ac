/** Which alarms a rule is due, told by hand. */
import { expect, it } from 'vitest';
import type { LedgerEntry, Plan } from '#kernel';
import oracleKind, { type RulesOracle } from './rules.ts';
import { testPlan } from './testing/plan.ts';

const RULE = {
  ...{ name: 'high', of: '', at: 0, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 2000, deadlineMs: 500 },
};

/** Readings by the second, each 40 ms on its way, but for those that say otherwise. */
function storyOf(readings: [at: number, level: number, received?: number][], from = 0) {
  const workflows = [{ workflow: 'rules', session: 'rules', resolved: RULE }];
  const plan = { ...testPlan({ devices: 1, readings: 1 }), workflows } as unknown as Plan;
  const oracle = oracleKind.start({ plan } as never) as RulesOracle;
  const tell = (op: string, fields: object): void =>
    oracle.step({ t: 0, op, device: 0, ...fields } as unknown as LedgerEntry);
  tell('rules/read', { rule: 'high', from, late: 0 });
  readings.forEach(([at, level, received = at + 40], n) => {
    tell('rules/input', { n, at, received, values: JSON.stringify({ level }) });
  });
  tell('rules/whole', {});
  tell('rules/alarm', { rule: 'high', since: 1, at: 2, raised: 3, cleared: 0 });
  return oracle.of(0)[0];
}

it('begins, is due and is over by readings', () => {
  const high = storyOf([
    [1000, 6],
    [2000, 6],
    [3000, 6],
    [4000, 4],
    [5000, 1],
  ]);
  expect(high?.expected).toEqual([{ since: 1000, at: 3000, cleared: 5000 }]);
  expect(high).toMatchObject({ from: 0, isWhole: true, isUnclear: false });
  expect(high?.told).toEqual([{ since: 1, at: 2, raised: 3, cleared: null }]);
  expect(high?.receivedOf({ since: 0, at: 3000, cleared: null })).toBe(3040);
  expect(
    storyOf([
      [1000, 6],
      [2000, 4],
      [3000, 6],
      [4000, 6],
    ])?.expected,
  ).toEqual([]);
});

it('goes by the order in which they came, and passes over what came too late', () => {
  const late = storyOf([
    [1000, 6],
    [2000, 1, 3500],
    [3000, 6],
    [4000, 4],
  ]);
  expect(late?.expected).toEqual([{ since: 1000, at: 3000, cleared: null }]);
  const same = storyOf([
    [1000, 6],
    [3000, 6],
    [3000, 1, 3050],
  ]);
  expect(same?.expected).toEqual([{ since: 1000, at: 3000, cleared: null }]);
});

it('knows nothing of what came before the rule', () => {
  const readings: [number, number][] = [
    [1000, 6],
    [2000, 6],
    [3000, 6],
  ];
  expect(storyOf(readings, 1500)?.expected).toEqual([]);
  expect(storyOf(readings, 1040)?.isUnclear).toBe(true);
});
