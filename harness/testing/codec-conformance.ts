/** TEST ONLY. A codec held to what every codec owes. */
import { describe, expect, it } from 'vitest';
import { NO_CATALOG } from '../../kernel/testing/soundness.ts';
import type { Codec } from '../dialects/codec.ts';
import { duties } from '../dialects/codec-duties.ts';
import { codecFamily } from '../dialects/codec-family.ts';

export function codecConformance(codec: Codec): void {
  describe(`the codec ${codec.kind}`, () => {
    it('says what it is', () => expect(codecFamily.check(codec)).toEqual([]));

    it.each(duties)('$says', async (duty) => {
      expect(await duty.flaws(codec, NO_CATALOG)).toEqual([]);
    });
  });
}
