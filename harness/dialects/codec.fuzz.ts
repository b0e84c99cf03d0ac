/**
 * Payloads for every codec that the catalog holds, a user's own included: noise, and what it wrote
 * itself with a byte changed, lost or added. No bytes whatever make a codec throw, and what it
 * reads from them is an identity or nothing.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Envelope } from '#kernel';
import { damaged, defineFuzz, type Fuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import type { Codec } from './codec.ts';
import { codecFamily } from './codec-family.ts';

export const envelope: fc.Arbitrary<Envelope> = fc.record({
  n: fc.nat(2_000_000_000),
  e: fc.nat(1000),
  t: fc.oneof(fc.nat(1e9), fc.double({ min: 0, max: 1e9, noNaN: true })),
  v: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    { maxKeys: 4, noNullPrototype: true },
  ),
});

export const codecFuzz = (codec: Codec): Fuzz =>
  defineFuzz({
    parser: `codec-${codec.kind}`,
    about: `payloads of the codec ${codec.kind}, damaged, and noise`,
    input: damaged(envelope.map((one) => codec.encode(one))),
    survives: (payload) => {
      const head = codec.head(payload);
      if (head !== null) {
        for (const index of [head.n, head.e]) assert(Number.isSafeInteger(index) && index >= 0);
        assert(Number.isFinite(head.t), `no instant: ${head.t}`);
      }
      assert.equal(typeof codec.values(payload), 'object');
    },
  });

export default ((catalog) =>
  [...catalog.of(codecFamily).values()].map(codecFuzz)) satisfies FuzzSource;
