/** Who judges a run: a checker of a workflow says nothing of a run without it, unless asked to. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { defineChecker } from '../checker.ts';
import { instancesFor } from './instances.ts';

const checker = (kind: string, more: { judges?: 'expected'; workflow?: string } = {}) =>
  defineChecker({
    kind,
    title: kind,
    refs: [],
    summary: 'Judges.',
    judges: 'always',
    broken: 'fail',
    params: {},
    applies: () => true,
    start: () => ({ end: () => ({}) as never }),
    say: () => '',
    ...more,
  });

const ALL = [
  checker('of-all'),
  checker('of-tides', { workflow: 'tides' }),
  checker('if-asked', { judges: 'expected' }),
];

const judging = (workflows: readonly string[], expected: readonly string[]): string[] => {
  const plan = {
    workflows: workflows.map((workflow) => ({ workflow })),
    expect: expected.map((kind) => ({ checker: kind, params: {} })),
  };
  return instancesFor(plan as unknown as Plan, ALL).map((one) => one.checker.kind);
};

it.each<[string, string[], string[], string[]]>([
  ['no workflow', [], [], ['of-all']],
  ['another workflow', ['winds'], [], ['of-all']],
  ['its workflow', ['winds', 'tides'], [], ['of-all', 'of-tides']],
  ['no workflow, and it is expected', [], ['of-tides'], ['of-all', 'of-tides']],
  ['what only judges when expected', [], ['if-asked'], ['if-asked', 'of-all']],
])('with %s', (_, workflows, expected, kinds) => {
  expect(judging(workflows, expected)).toEqual(kinds);
});

it('they judge in the order of their names, however they are handed in', () => {
  const names = ['tides', 'alarm', 'winds', 'bells', 'waves'];
  const plan = { workflows: [], expect: [] } as unknown as Plan;
  const judges = instancesFor(
    plan,
    names.map((name) => checker(name)),
  );
  expect(judges.map((one) => one.checker.kind)).toEqual([...names].sort());
});
