/**
 * Which keys a device may go by, and since when it may not: those it left the factory with, and
 * what the images that it kept brought and withdrew, by its flash. An image may be booted where its
 * key is trusted at that time, or where it had been kept before its key was withdrawn: what a
 * device has it may run on. A fold of its own, so that a mistake of the firmware is none here.
 */
import { type FirmwareImage, type FirmwarePlan, readManifest } from '#kernel';
import type { OtaBoot, OtaStory } from './story.ts';

/** Of an image, what matters of its keys. */
interface Signed {
  keyId: string;
  brings: readonly string[];
  withdraws: readonly string[];
}

export class OtaTrust {
  readonly #factory: readonly string[];
  /** By digest. */
  readonly #images: ReadonlyMap<string, Signed>;

  constructor(all: readonly FirmwarePlan[]) {
    this.#factory = all.flatMap(({ keys }) => keys.map(({ id }) => id));
    const images = all.flatMap(({ factory, campaign }) => [factory, campaign.image]);
    this.#images = new Map(images.map((image) => [image.sha256, signedBy(image)]));
  }

  /** Boots of images whose key vouched for nothing new at that time, and which were new. */
  untrusted({ boots, kept }: Pick<OtaStory, 'boots' | 'kept'>): OtaBoot[] {
    return boots.filter((boot) => {
      const image = this.#images.get(boot.sha256);
      // Whose image nobody knows is another question.
      if (image === undefined) return false;
      const before = kept.filter(({ t }) => t < boot.t);
      if (this.#isTrusted(image.keyId, before)) return false;
      const first = before.findIndex(({ sha256 }) => sha256 === boot.sha256);
      return first < 0 || !this.#isTrusted(image.keyId, before.slice(0, first));
    });
  }

  /** After these were kept. */
  #isTrusted(keyId: string, kept: readonly { sha256: string }[]): boolean {
    const images = kept.flatMap(({ sha256 }) => this.#images.get(sha256) ?? []);
    const isGone = images.some(({ withdraws }) => withdraws.includes(keyId));
    const isThere =
      this.#factory.includes(keyId) || images.some(({ brings }) => brings.includes(keyId));
    return isThere && !isGone;
  }
}

const signedBy = ({ text, brings = [], withdraws = [] }: FirmwareImage): Signed => ({
  keyId: readManifest(text)?.keyId ?? '',
  brings: brings.map(({ id }) => id),
  withdraws,
});
