/** A bench that was asked for nothing that there is does not pass. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chosen, countOf } from './arguments.ts';

it.each([
  ['gears', ['nothing-of-the-kind']],
  ['gears', ['partition', 'nothing-of-the-kind']],
  ['strangers', ['--only', 'nothing-of-the-kind']],
  ['killed-for-good', ['0']],
  ['platform-kill', ['nothing-of-the-kind']],
  ['platform-kill', ['twins', 'many']],
  ['sim-speed', ['-1']],
  ['damaged-ledgers', ['1e9']],
  ['proving-ground', ['nothing-of-the-kind']],
])('%s %j ends with 2', (bench, args) => {
  const main = join(import.meta.dirname, `${bench}.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
  });
  expect([status, stdout], stderr).toEqual([2, '']);
  expect(stderr).toMatch(/nothing-of-the-kind|whole number above 0/);
});

it('takes what was named, in its own order, and all where nothing was', () => {
  const all = ['a', 'b', 'c'];
  const asked = (...named: string[]): string[] => chosen(all, (one) => one, named);
  expect([asked(), asked('c', 'a')]).toEqual([all, ['a', 'c']]);
  expect([countOf(undefined, 7), countOf('12', 7)]).toEqual([7, 12]);
});
