/** What may come from a child of anybody's make: noise, and what was damaged on its way. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { damaged, defineFuzz, type FuzzSource } from '../../../../kernel/testing/fuzz.ts';
import { payloadOf, readingOf } from './payload.ts';

export const said = fc.dictionary(
  fc.stringMatching(/^[a-z-]{1,12}$/),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  { maxKeys: 8, noNullPrototype: true },
);

export default (() => [
  defineFuzz({
    parser: 'coap-payload',
    about: 'what resources of observed children say, damaged, and noise',
    input: damaged(fc.tuple(fc.nat(), said).map(([n, values]) => payloadOf(n, values))),
    survives: (payload) => {
      const reading = readingOf(payload);
      if (reading === null) return;
      assert(Number.isInteger(reading.n), `no number: ${reading.n}`);
      for (const value of Object.values(reading.values)) assert(Number.isFinite(value));
    },
  }),
]) satisfies FuzzSource;
