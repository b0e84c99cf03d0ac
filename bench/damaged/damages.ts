/**
 * The ways in which a segment of the ledger is damaged, each drawn: what a crash, a full disk, a
 * bad copy or somebody's hand would leave of it. None of them gives back what it was given.
 */
import type { Random } from '#kernel';
import { blocksOf } from '../../kernel/testing/ledger-blocks.ts';

export interface Damaged {
  bytes: Uint8Array;
  /** For a person who looks for it. */
  what: string;
}

type Damage = (segment: Uint8Array, random: Random) => Damaged;

export const DAMAGES: Readonly<Record<string, Damage>> = {
  cut: (segment, random) => {
    const blocks = blocksOf(segment);
    const isClean = random.unit() < 0.3;
    const block = blocks[random.below(blocks.length)];
    const at = isClean && block !== undefined ? block.from : random.below(segment.length);
    return { bytes: segment.subarray(0, at), what: `cut at ${at} of ${segment.length}` };
  },
  flipped: (segment, random) => {
    const at = random.below(segment.length);
    const bytes = Uint8Array.from(segment);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return { bytes, what: `a bit of byte ${at} of ${segment.length} flipped` };
  },
  lost: (segment, random) => {
    const [at, parts] = drawn(segment, random);
    parts.splice(at + 1, 1);
    return { bytes: Buffer.concat(parts), what: `block ${at} lost` };
  },
  doubled: (segment, random) => {
    const [at, parts] = drawn(segment, random);
    const to = at + 1 + random.below(parts.length - at);
    parts.splice(to, 0, parts[at + 1] as Uint8Array);
    return { bytes: Buffer.concat(parts), what: `block ${at} doubled, again at ${to - 1}` };
  },
  swapped: (segment, random) => {
    const [at, parts] = drawn(segment, random);
    const other = (at + 1 + random.below(parts.length - 2)) % (parts.length - 1);
    const [one, two] = [parts[at + 1] as Uint8Array, parts[other + 1] as Uint8Array];
    parts[at + 1] = two;
    parts[other + 1] = one;
    return { bytes: Buffer.concat(parts), what: `blocks ${at} and ${other} swapped` };
  },
};

/** The number of a block, and the header and all blocks as parts. */
function drawn(segment: Uint8Array, random: Random): [number, Uint8Array[]] {
  const blocks = blocksOf(segment);
  const header = segment.subarray(0, blocks[0]?.from);
  const parts = [header, ...blocks.map(({ from, to }) => segment.subarray(from, to))];
  return [random.below(blocks.length), parts];
}
