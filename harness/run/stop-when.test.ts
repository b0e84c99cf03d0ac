/** A rule halts when its figure was beyond its bound for all of its time, and not before. */
import { expect, it } from 'vitest';
import { Tally, type TallySnapshot } from '../fleet/tally.ts';
import { StopWhen } from './stop-when.ts';

type Plan = ConstructorParameters<typeof StopWhen>[0];

const looker = (...stopWhen: Plan['stopWhen']): StopWhen =>
  new StopWhen({ stopWhen, devices: Array.from({ length: 10 }, () => ({})) } as unknown as Plan);
const counts = (some: Partial<TallySnapshot>): TallySnapshot => ({
  ...new Tally(10).snapshot(),
  ...some,
});
const FEW = { metric: 'connected', below: 0.5, above: null, forMs: 1000 } as const;
const LOST = { metric: 'lost', below: null, above: 3, forMs: 500 } as const;

it('halts once the figure was beyond its bound for as long as the rule says', () => {
  const rules = looker(FEW);
  expect(rules.look(counts({ connected: 4 }), 0)).toBeNull();
  expect(rules.look(counts({ connected: 4 }), 999)).toBeNull();
  expect(rules.look(counts({ connected: 4 }), 1000)).toBe('connected was below 50 % for 1s');
});

it('starts anew when the figure comes back in between', () => {
  const rules = looker(FEW);
  rules.look(counts({ connected: 4 }), 0);
  rules.look(counts({ connected: 5 }), 500);
  expect(rules.look(counts({ connected: 4 }), 1000)).toBeNull();
  expect(rules.look(counts({ connected: 4 }), 2000)).not.toBeNull();
});

it('counts connections: who is carried has none', () => {
  const rows = Array.from({ length: 10 }, (_, n) => ({ lane: 0, via: n < 5 ? 9 : null }));
  const rules = new StopWhen({ stopWhen: [FEW], devices: rows } as unknown as Plan);
  rules.look(counts({ connected: 3 }), 0);
  expect(rules.look(counts({ connected: 3 }), 1000)).toBeNull();
  rules.look(counts({ connected: 2 }), 2000);
  expect(rules.look(counts({ connected: 2 }), 3000)).not.toBeNull();
});

it('names the rule that holds, each with a time of its own', () => {
  const rules = looker(FEW, LOST);
  expect(rules.look(counts({ connected: 4, missing: 4 }), 0)).toBeNull();
  expect(rules.look(counts({ connected: 4, missing: 4 }), 500)).toBe('lost was above 3 for 500ms');
});

it('has nothing to say without rules', () => {
  expect(looker().look(counts({}), 0)).toBeNull();
});
