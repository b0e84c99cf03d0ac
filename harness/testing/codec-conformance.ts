/**
 * What every codec keeps to: the identity comes back as it was sent, values come back as far as the
 * codec carries them, the same envelope has the same bytes, and no bytes whatever make it throw.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '#kernel';
import type { Codec } from '../dialects/codec.ts';

const envelope: fc.Arbitrary<Envelope> = fc.record({
  n: fc.nat(2_000_000_000),
  e: fc.nat(1000),
  t: fc.oneof(fc.nat(1e9), fc.double({ min: 0, max: 1e9, noNaN: true })),
  v: fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    {
      maxKeys: 4,
      noNullPrototype: true,
    },
  ),
});

export function codecConformance(codec: Codec): void {
  describe(`the codec ${codec.kind}`, () => {
    it('says what it is', () => {
      expect(codec).toMatchObject({ family: 'codec', summary: expect.stringMatching(/./) });
    });

    it('reads back what it wrote, the same bytes each time', () => {
      fc.assert(
        fc.property(envelope, (sent) => {
          const payload = codec.encode(sent);
          const { n, e, t } = sent;
          expect(codec.head(payload)).toEqual({ n, e, t });
          expect(withoutSign(codec.values(payload))).toEqual(withoutSign(sent.v));
          expect(Buffer.compare(codec.encode(sent), payload)).toBe(0);
        }),
        { seed: 41, numRuns: 200 },
      );
    });

    it('answers garbage with nothing, and never throws', () => {
      const damaged = fc.tuple(envelope, fc.nat(), fc.nat(255)).map(([sent, at, byte]) => {
        const payload = Buffer.from(codec.encode(sent));
        payload[at % payload.length] = byte;
        return payload;
      });
      const torn = fc.tuple(envelope, fc.nat()).map(([sent, at]) => {
        const payload = codec.encode(sent);
        return payload.subarray(0, at % payload.length);
      });
      fc.assert(
        fc.property(fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged, torn), (payload) => {
          const head = codec.head(payload);
          if (head !== null) {
            for (const index of [head.n, head.e]) {
              expect(Number.isSafeInteger(index) && index >= 0).toBe(true);
            }
            expect(Number.isFinite(head.t)).toBe(true);
          }
          expect(typeof codec.values(payload)).toBe('object');
        }),
        { seed: 42, numRuns: 500 },
      );
      expect(codec.head(new Uint8Array(0))).toBeNull();
    });
  });
}

/** -0 has no form of its own in most codecs. */
const withoutSign = (values: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value) + 0]));
