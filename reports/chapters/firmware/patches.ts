/**
 * What patches spared devices, and what they cost: who loads one and can make nothing of it loads
 * the whole image after it. What was saved is the difference, and it may be less than nothing.
 */
import { firmwareOf, type Plan } from '#kernel';
import type { ChapterBook } from '../../judging/chapter-book.ts';
import type { ChapterFigure } from '../../result.ts';

const SPARED = 'spared by patches';
const IN_VAIN = 'patches in vain';
const WHOLE = 'whole instead of a patch';

/** As the ledger has it. */
export interface Fetched {
  device: number;
  campaign: string;
  attempt: number;
  bytes: number;
  size: number;
}

interface Ended {
  campaign: string;
  attempt: number;
  whole: string | null;
}

export class PatchLoads {
  readonly #book: ChapterBook;
  /** Of each campaign that has a patch, its bytes. */
  readonly #sizes: ReadonlyMap<string, number>;
  /** Bytes of the patch that came, by device, campaign and attempt. */
  readonly #came = new Map<string, number>();

  constructor(book: ChapterBook, plan: Plan) {
    this.#book = book;
    this.#sizes = new Map(
      firmwareOf(plan).flatMap(({ campaign: { name, image } }): [string, number][] =>
        image.delta === undefined ? [] : [[name, image.delta.size]],
      ),
    );
  }

  /** A part of a download: whose size it is says what it was a part of. */
  fetched({ device, campaign, attempt, size, bytes }: Fetched): void {
    if (this.#sizes.get(campaign) !== size) return;
    const key = keyOf(device, campaign, attempt);
    this.#came.set(key, (this.#came.get(key) ?? 0) + bytes);
  }

  /** `spared`: what it did not have to load of an image that it kept. */
  ended(device: number, { campaign, attempt, whole }: Ended, spared: number): void {
    this.#book.count(SPARED, spared);
    if (whole === null) return;
    this.#book.count(WHOLE);
    this.#book.count(IN_VAIN, this.#came.get(keyOf(device, campaign, attempt)) ?? 0);
  }
}

export function patchFigures(book: ChapterBook): ChapterFigure[] {
  const [spared, inVain] = [book.counted(SPARED), book.counted(IN_VAIN)];
  // Where nothing was in vain, what was spared is what was saved.
  const parts: ChapterFigure[] = [
    { label: 'Spared by patches that were used', value: spared, unit: 'bytes' },
    { label: 'Loaded of patches in vain', value: inVain, unit: 'bytes' },
  ];
  return [
    ...(inVain === 0 ? [] : parts),
    { label: 'Saved by patches', value: spared - inVain, unit: 'bytes' },
    { label: 'Offers that needed the whole image', value: book.counted(WHOLE), unit: 'count' },
  ];
}

const keyOf = (device: number, campaign: string, attempt: number): string =>
  `${device} ${attempt} ${campaign}`;
