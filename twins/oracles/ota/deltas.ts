/**
 * What came of patches: who may use one is who runs the image that it is for, and what a device
 * that kept its image by one did not have to load.
 */
import type { FirmwarePlan } from '#kernel';
import type { OtaAttempt, OtaStory } from './story.ts';

interface Patch {
  base: string;
  size: number;
  image: number;
}

export class OtaDeltas {
  /** By campaign. */
  readonly #patches: ReadonlyMap<string, Patch>;

  constructor(all: readonly FirmwarePlan[]) {
    this.#patches = new Map(
      all.flatMap(({ campaign: { name, image } }): [string, Patch][] =>
        image.delta === undefined ? [] : [[name, { ...image.delta, image: image.size }]],
      ),
    );
  }

  /** Attempts that loaded a patch for what the device did not run. */
  misused({ attempts, boots }: Pick<OtaStory, 'attempts' | 'boots'>): OtaAttempt[] {
    return attempts.filter(({ campaign, sizes, beganAt }) => {
      const patch = this.#patches.get(campaign);
      if (patch === undefined || !sizes.includes(patch.size)) return false;
      return boots.findLast(({ t }) => t <= beganAt)?.sha256 !== patch.base;
    });
  }

  /** Bytes that a kept image did not cost; 0 where it cost as much, or more. */
  saved({ campaign, status, bytes }: Pick<OtaAttempt, 'campaign' | 'status' | 'bytes'>): number {
    const patch = this.#patches.get(campaign);
    if (patch === undefined || status !== 'confirmed' || bytes === 0) return 0;
    return Math.max(0, patch.image - bytes);
  }
}
