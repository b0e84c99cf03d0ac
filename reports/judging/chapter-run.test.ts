/** In which turn chapters are told. */
import { expect, it } from 'vitest';
import acts from '../chapters/acts.ts';
import alarms from '../chapters/alarms.ts';
import edge from '../chapters/edge.ts';
import rules from '../chapters/rules.ts';
import { inTurn } from './chapter-run.ts';

const kindsOf = (...chapters: Parameters<typeof inTurn>[0]) =>
  inTurn(chapters).map(({ kind }) => kind);

it('tells none before what led to it, and leaves the others where they are', () => {
  expect(kindsOf(acts, alarms, edge, rules)).toEqual(['edge', 'rules', 'alarms', 'acts']);
  expect(kindsOf(acts, edge, rules)).toEqual(['edge', 'rules', 'acts']);
  expect(kindsOf(alarms, edge)).toEqual(['alarms', 'edge']);
});

it('tells those that want to be after each other all the same', () => {
  const [one, two] = [
    { ...acts, kind: 'one', after: ['two'] },
    { ...acts, kind: 'two', after: ['one'] },
  ];
  expect(kindsOf(one, two)).toEqual(['one', 'two']);
});
