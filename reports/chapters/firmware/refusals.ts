/** Why offers came to nothing, as the devices' own flash says: counted by campaign and reason. */
import type { ChapterBook } from '../../judging/chapter-book.ts';
import type { ChapterTable } from '../../result.ts';

const REFUSED = 'came to nothing: ';
/** So many kinds of it are shown. */
const ROWS_MOST = 50;

interface Ended {
  campaign: string;
  status: string;
  why: string;
}

export function noteRefusal(book: ChapterBook, { campaign, status, why }: Ended): void {
  if (status === '' || status === 'confirmed') return;
  book.count(`${REFUSED}${JSON.stringify([campaign, status, why])}`);
}

export const refusalTable = (book: ChapterBook): ChapterTable => ({
  title: 'Why offers came to nothing',
  columns: [
    { title: 'Campaign', unit: 'text' },
    { title: 'Ended as', unit: 'text' },
    { title: 'Reason', unit: 'text' },
    { title: 'Offers', unit: 'count' },
  ],
  rows: book
    .named(REFUSED)
    .slice(0, ROWS_MOST)
    .map((name) => [
      ...(JSON.parse(name.slice(REFUSED.length)) as [string, string, string]),
      book.counted(name),
    ]),
});
