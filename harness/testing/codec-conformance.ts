/**
 * What every codec keeps to: the identity comes back as it was sent, values come back as far as the
 * codec carries them, the same envelope has the same bytes, and no bytes whatever make it throw.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { survived } from '../../kernel/testing/fuzz.ts';
import { codecFuzz, envelope } from '../dialects/codec.fuzz.ts';
import type { Codec } from '../dialects/codec.ts';

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
      expect(survived(codecFuzz(codec), 42, 500)).toBe(500);
      expect(codec.head(new Uint8Array(0))).toBeNull();
    });
  });
}

/** -0 has no form of its own in most codecs. */
const withoutSign = (values: Readonly<Record<string, unknown>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value) + 0]));
