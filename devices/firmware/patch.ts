/**
 * An image made of another one and a patch, where the whole would take long to load. Who signed the
 * image has signed the patch by its digest, so nothing that nobody signed is ever taken apart.
 */
import { applyDelta, getDeltaTargetSize } from 'fossil-delta';
import type { Delta, Digests, Manifest } from '#kernel';

/** What is wrong with it. */
const WRONG_PATCH = 'wrong patch';

/** The bytes of the image, or why there are none. */
export function patched(
  { size, delta }: Manifest,
  base: Uint8Array,
  patch: Uint8Array,
  digests: Digests,
): Uint8Array | string {
  if (delta === undefined || !isOf(patch, delta, digests)) return WRONG_PATCH;
  try {
    // It makes so much as the patch says, and that is looked at before.
    if (getDeltaTargetSize(patch) !== size) return WRONG_PATCH;
    return Uint8Array.from(applyDelta(base, patch));
  } catch {
    return WRONG_PATCH;
  }
}

const isOf = (patch: Uint8Array, { size, sha256 }: Delta, { sha256Hex }: Digests): boolean =>
  patch.length === size && sha256Hex(patch) === sha256;
