/** How a chapter is known and checked. */
import { defineFamily, field } from '#kernel';
import type { ChapterKind } from './chapter.ts';

export const chapterFamily = defineFamily<ChapterKind>({
  family: 'chapter',
  plural: 'chapters',
  folders: ['reports/chapters'],
  define: 'defineChapter',
  mark: 'tell',
  fields: {
    title: field.text,
    summary: field.text,
    asks: field.list,
    applies: field.action,
    start: field.action,
    tell: field.action,
  },
  names: { asks: 'oracle' },
  duties: async () => (await import('./duties/chapter-duties.ts')).duties,
});
