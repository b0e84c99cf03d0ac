/**
 * Client ids that every broker takes: letters, digits, - and _ alone, unique, and no longer than it
 * declares.
 */
import { expect, it } from 'vitest';
import type { TargetPlan } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { credentialsOf } from './credentials.ts';

const RUN = '0123456789';
const target = (clientIdLength: number, clientId: string | null = null): TargetPlan => {
  const plan = testPlan({ devices: 1, readings: 1 });
  const guarantees = { ...plan.target.guarantees, clientIdLength };
  return { ...plan.target, issuesAccounts: false, clientId, guarantees };
};
const idOf = (length: number, template: string | null = null) =>
  credentialsOf(target(length, template), RUN, '', null).clientId;

const NAMES = [
  ...['reader/0', 'observer/0/12', 'a-b/c/1', 'a/b-c/1', 'a/b/c-1', 'a_/b/1', 'a/b_/1', 'a_b/1'],
  ...['a/b/1', 'a__b/1', 'a__/b/1', 'a_b_/1'],
  ...Array.from({ length: 20_000 }, (_, n) => `fridges/north-${n % 50}/${n}`),
];

it.each([23, 40, 65_535])('within %i characters', (length) => {
  const ids = NAMES.map(idOf(length));
  expect(ids.filter((id) => !/^[A-Za-z0-9_-]+$/.test(id) || id.length > length)).toEqual([]);
  expect(new Set(ids).size).toBe(NAMES.length);
});

it('say whose they are where there is room, and are as the author says where a template is', () => {
  expect(idOf(65_535)('fridges/north-1/17')).toBe(`tw-${RUN}-fridges_north-1_17`);
  expect(idOf(65_535, 'x/{device}')('fridges/north-1/17')).toBe('x/fridges/north-1/17');
});
