/** What can be said otherwise is what readings tell, by names of its own. */
import { expect, it } from 'vitest';
import type { ParamValues } from '#kernel';
import type { WorkflowContext } from '../workflow.ts';
import { speechAmiss } from './speech-params.ts';

const flawsOf = (renames: object, drops: string[] = [], signals = [['level', 'door']]): string[] =>
  speechAmiss(
    { says: { renames, drops, keeps: true, schema: 2 } } as unknown as ParamValues,
    { signals } as unknown as WorkflowContext,
  ).map(({ path, hint }) => `${path}: ${hint}`);

it('takes a free name for a signal, and a signal that is left out', () => {
  expect(flawsOf({ level: 'height' }, ['door'])).toEqual([]);
});

it.each<[string, object, string[], RegExp]>([
  ['a signal that no reading tells', { levle: 'height' }, [], /renames[.]levle: did you mean 'lev/],
  ['one that is left out', {}, ['dor'], /drops.0.: did you mean 'door'/],
  ['a name that is none', { level: '9 x' }, [], /write a letter/],
  ['the name of the number of the schema', { level: 'schema' }, [], /write a letter/],
  ['the name of another signal', { level: 'door' }, [], /a name of its own/],
  ['the same name twice', { level: 'x', door: 'x' }, [], /a name of its own/],
])('refuses %s', (_, renames, drops, words) => {
  expect(flawsOf(renames, drops).join('\n')).toMatch(words);
});

it('says why nothing can be renamed where readings tell no values', () => {
  expect(flawsOf({ level: 'height' }, [], [[]])).toEqual([
    expect.stringContaining('leave them out'),
  ]);
});
