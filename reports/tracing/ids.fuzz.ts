/**
 * Ids as people might write them, and noise: each is read as a thing whose own id is read as the
 * same thing again, or it is refused with a sentence and a way out.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { smallPlan } from '../duties/small-run.ts';
import { idOf, NoId, readId } from './ids.ts';

const plan = smallPlan([]);
const WORDS = new Map([
  ['alarm', 'alarm:RULE@DEVICE@MS'],
  ['packet', 'packet@GATEWAY@N'],
  ['campaign', 'campaign:NAME'],
]);

const piece = fc.oneof(
  fc.constantFrom(
    ...plan.devices.map(({ id }) => id),
    ...plan.streams.map(({ name }) => name),
    ...plan.streams.map(({ noun }) => noun),
    ...WORDS.keys(),
    ...['too-warm', '69.43s', '17', '0', '-1', '1e9', '99999999999', '', ' '],
  ),
  fc.string({ maxLength: 12, unit: 'grapheme' }),
);
const sign = fc.constantFrom(':', '@', ', ', ' ', '/', '');

const written = fc
  .array(fc.tuple(piece, sign), { maxLength: 7 })
  .map((parts) => parts.flat().join(''));

export default (() => [
  defineFuzz({
    parser: 'trace-id',
    about: 'ids in good and bad form, and noise',
    input: fc.oneof(written, fc.string({ maxLength: 500, unit: 'grapheme' })),
    survives: (text) => {
      let ref: ReturnType<typeof readId>;
      try {
        ref = readId(plan, text, WORDS);
      } catch (error) {
        assert(error instanceof NoId, String(error));
        assert.notEqual(error.message, '');
        assert.notEqual(error.hint, '');
        return;
      }
      // What has no word yet is looked for by the name.
      if (ref.word === '') return;
      assert.deepEqual(readId(plan, idOf(plan, ref), WORDS), ref);
    },
  }),
]) satisfies FuzzSource;
