/** A packet that nobody could read is a mistake of the plan, told with its place. */
import { expect, it } from 'vitest';
import { definePart, partFamily } from '#devices';
import type { Catalog, EntryPlan } from '#kernel';
import native from '../dialects/native.ts';
import template from '../dialects/template.ts';
import { packetProblems } from './packet-problems.ts';

const gateway = definePart({
  kind: 'gateway',
  summary: 'packs when it is told to',
  packs: ({ pack }) => pack !== undefined,
  start: () => ({}),
});

const catalog = {
  of: ({ family }: { family: string }) =>
    new Map(
      [native, template, gateway].flatMap((one) => {
        const isPart = family === partFamily.family;
        return isPart === (one === gateway) ? [[one.kind, one] as const] : [];
      }),
    ),
} as unknown as Catalog;

const entries = (params: object): EntryPlan[] =>
  [{ id: 'gates', parts: [{ kind: 'gateway', params }] }] as unknown as EntryPlan[];

const told = (params: object, dialect: string) =>
  packetProblems({ entries: entries(params), target: { dialect } }, catalog);

const PACK = { pack: { messages: 20, bytes: 4000, wait: 500 } };

it('where the dialect has no form for it', () => {
  const [problem, ...more] = told(PACK, 'template');
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ code: 'no-packets', path: 'fleet[0].parts' });
  expect(problem?.message).toContain('the dialect template has no form for that');
  expect(problem?.hint).toContain('native');
});

it('and not where it has, or where each goes alone', () => {
  expect(told(PACK, 'native')).toEqual([]);
  expect(told({}, 'template')).toEqual([]);
});
