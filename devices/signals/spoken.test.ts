/** A renamed signal goes by both names or by the new one, and one that is dropped by none. */
import { expect, it } from 'vitest';
import { spoken } from './spoken.ts';

const MEASURED = { temperature: 4, door: 1, power: 90 };
const SPEECH = { schema: 2, renames: { temperature: 'celsius' }, drops: ['door'], keeps: true };

it('says its schema, what is new beside what was, and nothing that it dropped', () => {
  expect(spoken(MEASURED, SPEECH)).toEqual({ schema: 2, temperature: 4, celsius: 4, power: 90 });
});

it('leaves out the old name where it is not kept', () => {
  expect(spoken(MEASURED, { ...SPEECH, keeps: false })).toEqual({
    schema: 2,
    celsius: 4,
    power: 90,
  });
});
