/** What makes one image of another, and is far smaller than it where they are alike. */
import { createDelta } from 'fossil-delta';
import { builtImage, type FirmwarePlan, type ImageHead, spoiled } from '#kernel';

type Built = ImageHead & { size: number };

export const patchBetween = (seed: number, base: Built, image: Built): Uint8Array =>
  createDelta(builtImage(seed, base), builtImage(seed, image));

/** As it is handed out. */
export const servedPatch = (seed: number, { factory, campaign }: FirmwarePlan): Uint8Array =>
  spoiled(patchBetween(seed, factory, campaign.image), campaign.spoil);
