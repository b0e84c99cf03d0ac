/**
 * The keys that a device goes by: those it left the factory with, and what the images that it kept
 * have brought and withdrawn since, in its journal. A key that is withdrawn vouches for nothing new
 * any more, no offer and no image on trial. What was kept under it is still looked at by it at each
 * boot: else a device could lose what it runs by the very image that withdrew its key.
 */
import type { FirmwareKey, ImageHead } from '#kernel';
import type { Journal } from './journal.ts';

const KEYS = 'keys';
/** So many may come and go in the life of a device: its journal has room for no more. */
const [BROUGHT_MAX, WITHDRAWN_MAX] = [4, 8];

interface KeyChanges {
  brought: FirmwareKey[];
  /** Their names. No key of these comes back. */
  withdrawn: string[];
}

const NONE: KeyChanges = { brought: [], withdrawn: [] };

export class Keyring {
  readonly #journal: Journal;
  readonly #factory: readonly FirmwareKey[];

  constructor(journal: Journal, factory: readonly FirmwareKey[]) {
    this.#journal = journal;
    this.#factory = factory;
  }

  /** Whether it was withdrawn is another question; null for one that it never had. */
  known(id: string): FirmwareKey | null {
    return this.#all(this.#changes).find((key) => key.id === id) ?? null;
  }

  isWithdrawn(id: string): boolean {
    return this.#changes.withdrawn.includes(id);
  }

  /** What is wrong with the keys of an image that is to be kept; null for nothing. */
  flawOf(image: ImageHead): string | null {
    const before = this.#changes;
    const after = this.#after(before, image);
    const named = (image.brings ?? []).map(({ id }) => this.known(id));
    if (image.brings?.some((key, at) => (named[at] ?? key).public !== key.public) === true) {
      return 'another key of that name';
    }
    const isFull = after.withdrawn.length > WITHDRAWN_MAX;
    if (isFull || after.brought.length > BROUGHT_MAX) return 'too many keys';
    const isLeft = this.#all(after).some(({ id }) => !after.withdrawn.includes(id));
    return isLeft ? null : 'leaves no key';
  }

  /** It keeps this image: once more is as good as once. */
  adopt(image: ImageHead): void {
    const before = this.#changes;
    const after = this.#after(before, image);
    const counts = ({ brought, withdrawn }: KeyChanges): number =>
      brought.length + withdrawn.length;
    if (counts(after) > counts(before)) this.#journal.put(KEYS, after);
  }

  get #changes(): KeyChanges {
    return (this.#journal.get(KEYS) as KeyChanges | undefined) ?? NONE;
  }

  /** What was brought once is there, and what was withdrawn stays so. */
  #after({ brought, withdrawn }: KeyChanges, image: ImageHead): KeyChanges {
    const { brings = [], withdraws = [] } = image;
    const more = brings.filter(({ id }) => this.known(id) === null);
    return {
      brought: [...brought, ...more.map(({ id, alg, public: key }) => ({ id, alg, public: key }))],
      withdrawn: [...new Set([...withdrawn, ...withdraws])],
    };
  }

  #all({ brought }: KeyChanges): FirmwareKey[] {
    return [...this.#factory, ...brought];
  }
}
