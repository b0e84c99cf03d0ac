/** What is wrong with a rule that speaks of others, with the place and a way out. */
import { expect, it } from 'vitest';
import type { RulePlan, TermPlan } from '#kernel';
import type { Decided, WorkflowContext } from '../workflow.ts';
import { beside } from './beside.ts';

const DEVICES = ['fridges/south-1/0', 'fridges/north-1/1', 'pumps/south-1/0'];
const CONTEXT = {
  devices: DEVICES.map((id) => ({ id })),
  phases: [{ name: 'drain', from: 26_000, to: 28_000 }],
} as unknown as WorkflowContext;

const rule = (name: string, others: string[], more: Partial<RulePlan> = {}): Decided => {
  const terms = others.map((other, at): TermPlan => {
    return { name: `x${at}`, does: 'alarm', what: [other], of: '', overMs: 0, last: 0 };
  });
  const resolved = { name, of: '', per: 'device', window: null, silentMs: 0, terms, ...more };
  return { workflow: 'rules', resolved };
};

const told = (...all: Decided[]): string[] =>
  all.flatMap(({ workflow, resolved }) =>
    (workflow === 'rules' ? beside : () => [])(resolved as RulePlan, all, CONTEXT).map(
      ({ path, message, hint }) => `${path}: ${message}; ${hint}`,
    ),
  );

it('takes rules that speak of others, in whatever order they stand', () => {
  const top = rule('top', ['left', 'right']);
  const others = [rule('left', ['warm']), rule('right', ['warm', 'left'])];
  expect(told(top, ...others, rule('warm', []))).toEqual([]);
  expect(told(rule('a', ['b'], { of: 'fridges/south-1' }), rule('b', [], { of: 'fridges' })));
});

it('names a circle once, from its first rule to itself', () => {
  const [a, b, c] = [rule('a', ['b']), rule('b', ['c']), rule('c', ['warm', 'a'])];
  expect(told(rule('warm', []), rule('before', ['b']), b, c, a)).toEqual([
    expect.stringMatching(/^let: rules wait for each other's alarms: b → c → a → b; /),
  ]);
  expect(told(rule('own', ['own']))).toEqual([expect.stringContaining('own → own;')]);
  // Of two circles that share a rule the second is told when the first is mended.
  const [q, r] = [rule('q', ['p', 'r']), rule('r', ['q'])];
  expect(told(rule('p', ['q']), q, r)).toEqual([expect.stringContaining('p → q → p;')]);
  expect(told(rule('p', []), q, r)).toEqual([expect.stringContaining('q → r → q;')]);
});

it.each([
  ['too-wram', rule('too-warm', []), "there is no rule 'too-wram'; did you mean 'too-warm'?"],
  ['gone', { workflow: 'ota', resolved: null }, 'this scenario has no other rule'],
  ['s', rule('s', [], { silentMs: 1000 }), 'the rule s is about silence'],
  ['w', rule('w', [], { window: {} as never }), 'the rule w is about windows'],
  ['f', rule('f', [], { of: 'fridges' }), 'the rule f is not over pumps/south-1/0'],
])('refuses to speak of %s', (name, other, words) => {
  expect(told(rule('r', [name]), other)).toEqual([expect.stringContaining(words)]);
  expect(told(rule('r', [name]), other)[0]).toMatch(/^let\.x0\.alarm: /);
});

it('refuses tiers that move what it is judged by', () => {
  const tiers = (keepMs: number, of = ''): Decided => ({
    ...{ workflow: 'tiers', resolved: { name: 'tiers', of, keepMs } },
  });
  expect(told(rule('warm', []), tiers(28_000, 'fridges'))).toEqual([
    expect.stringMatching(/fridges\/south-1\/0 .* tiers keep for 28s; write keep: 58s there/),
  ]);
  // They are still read back for a while when the run is over.
  expect(told(rule('warm', []), tiers(57_999))).toHaveLength(1);
  expect(told(rule('warm', []), tiers(58_000))).toEqual([]);
  expect(told(rule('warm', [], { of: 'pumps' }), tiers(5000, 'fridges'))).toEqual([]);
});
