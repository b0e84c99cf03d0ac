/** What makes one image of another, and is far smaller than it where they are alike. */
import { createDelta } from 'fossil-delta';
import { builtImage, bytesOfHex, type FirmwarePlan, spoiled } from '#kernel';

type Built = Parameters<typeof builtImage>[1];

export const patchBetween = (seed: number, base: Built, image: Built): Uint8Array =>
  createDelta(builtImage(seed, base), builtImage(seed, image));

/** As it is handed out. */
export function servedPatch(seed: number, { factory, campaign }: FirmwarePlan): Uint8Array {
  const { image, spoil } = campaign;
  const made = image.files?.patch;
  return spoiled(made === undefined ? patchBetween(seed, factory, image) : bytesOfHex(made), spoil);
}
