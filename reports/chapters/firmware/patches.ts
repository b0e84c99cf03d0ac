/**
 * What patches spared devices, and what they cost: who loads one and can make nothing of it loads
 * the whole image after it. What was saved is the difference, and it may be less than nothing.
 */
import type { ChapterBook } from '../../judging/chapter-book.ts';
import type { ChapterFigure } from '../../result.ts';

const SPARED = 'spared by patches';
const IN_VAIN = 'patches in vain';
const WHOLE = 'whole instead of a patch';

/** `spared`: what it did not have to load of an image that it kept; `inVain`: of its patch. */
export function notePatch(
  book: ChapterBook,
  { whole }: { whole: string | null },
  { spared, inVain }: { spared: number; inVain: number },
): void {
  book.count(SPARED, spared);
  if (whole === null) return;
  book.count(WHOLE);
  book.count(IN_VAIN, inVain);
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
