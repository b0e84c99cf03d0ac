/**
 * Which keys a device may go by, and since when it may not: those it left the factory with, and
 * what the images that it kept brought and withdrew, by its flash. An image may be booted where its
 * key is trusted at that time, or where it had been kept before its key was withdrawn: what a
 * device has it may run on. A fold of its own, so that a mistake of the firmware is none here.
 */
import {
  type FirmwareImage,
  type FirmwareKey,
  type FirmwarePlan,
  factoryKeys,
  readManifest,
} from '#kernel';
import { isSigned } from './signed.ts';
import type { OtaBoot, OtaStory } from './story.ts';

/** The name of a key, and the very key where the plan says which it was; else null. */
interface Signing {
  keyId: string;
  key: FirmwareKey | null;
}

/** Of an image, what matters of its keys; none signed it where all that was, was forged. */
interface Signed {
  signings: Signing[];
  brings: readonly FirmwareKey[];
  withdraws: readonly string[];
}

export class OtaTrust {
  readonly #factory: readonly FirmwareKey[];
  /** By digest. */
  readonly #images = new Map<string, Signed>();

  constructor(all: readonly FirmwarePlan[]) {
    this.#factory = factoryKeys(all);
    for (const one of all) {
      const { factory, campaign } = one;
      this.#add(factory).push(signingOf(factory));
      const signings = this.#add(campaign.image);
      if (isSigned(one)) signings.push(signingOf(campaign.image, campaign.signedBy));
    }
  }

  /** The same image may be shipped twice, and signed otherwise. */
  #add({ sha256, brings = [], withdraws = [] }: FirmwareImage): Signing[] {
    const known = this.#images.get(sha256) ?? { signings: [], brings, withdraws };
    this.#images.set(sha256, known);
    return known.signings;
  }

  /** Boots of images whose key vouched for nothing new at that time, and which were new. */
  untrusted({ boots, kept }: Pick<OtaStory, 'boots' | 'kept'>): OtaBoot[] {
    return boots.filter((boot) => {
      const image = this.#images.get(boot.sha256);
      // Whose image nobody knows, or nobody signed, is another question.
      if (image === undefined || image.signings.length === 0) return false;
      const before = kept.filter(({ t }) => t < boot.t);
      if (this.#isTrusted(image, before)) return false;
      const first = before.findIndex(({ sha256 }) => sha256 === boot.sha256);
      return first < 0 || !this.#isTrusted(image, before.slice(0, first));
    });
  }

  /** After these were kept. */
  #isTrusted({ signings }: Signed, kept: readonly { sha256: string }[]): boolean {
    const images = kept.flatMap(({ sha256 }) => this.#images.get(sha256) ?? []);
    const known = [...this.#factory, ...images.flatMap(({ brings }) => brings)];
    return signings.some(({ keyId, key }) => {
      if (images.some(({ withdraws }) => withdraws.includes(keyId))) return false;
      // The first of a name stays: a device takes no other key under it.
      const own = known.find(({ id }) => id === keyId);
      return own !== undefined && (key === null || isSame(own, key));
    });
  }
}

const isSame = (one: FirmwareKey, other: FirmwareKey): boolean =>
  one.alg === other.alg && one.public === other.public;

const signingOf = ({ text }: FirmwareImage, key: FirmwareKey | null = null): Signing => ({
  keyId: readManifest(text)?.keyId ?? '',
  key,
});
