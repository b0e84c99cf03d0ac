/**
 * What came of patches: who may use one is who runs the image that it is for, and what a device
 * that kept its image by one did not have to load.
 */
import type { FirmwarePlan } from '#kernel';
import type { OtaAttempt, OtaLoad, OtaStory } from './story.ts';

interface Patch {
  base: string;
  image: number;
}

export class OtaDeltas {
  /** By campaign. */
  readonly #patches: ReadonlyMap<string, Patch>;

  constructor(all: readonly FirmwarePlan[]) {
    this.#patches = new Map(
      all.flatMap(({ campaign: { name, image } }): [string, Patch][] =>
        image.delta === undefined ? [] : [[name, { base: image.delta.base, image: image.size }]],
      ),
    );
  }

  /** Attempts that loaded a patch for what the device did not run. */
  misused({ attempts, boots }: Pick<OtaStory, 'attempts' | 'boots'>): OtaAttempt[] {
    return attempts.filter((one) => {
      if (this.#patchLoads(one).length === 0) return false;
      const base = this.#patches.get(one.campaign)?.base;
      return boots.findLast(({ t }) => t <= one.beganAt)?.sha256 !== base;
    });
  }

  /** Bytes of a patch of which nothing came. */
  inVain({ whole, ...attempt }: Pick<OtaAttempt, 'campaign' | 'whole' | 'loads'>): number {
    if (whole === null) return 0;
    return this.#patchLoads(attempt).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #patchLoads({ campaign, loads }: Pick<OtaAttempt, 'campaign' | 'loads'>): OtaLoad[] {
    return this.#patches.has(campaign) ? loads.filter(({ isAfterPatch }) => !isAfterPatch) : [];
  }

  /** Bytes that a kept image did not cost; 0 where it cost as much, or more. */
  saved({ campaign, status, bytes }: Pick<OtaAttempt, 'campaign' | 'status' | 'bytes'>): number {
    const patch = this.#patches.get(campaign);
    if (patch === undefined || status !== 'confirmed' || bytes === 0) return 0;
    return Math.max(0, patch.image - bytes);
  }
}
