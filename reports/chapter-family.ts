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
    after: field.maybe(field.list),
    workflow: field.maybe(field.text),
    part: field.maybe(field.text),
    entry: field.maybe(field.text),
    fault: field.maybe(field.text),
    start: field.action,
    has: field.maybe(field.action),
    tell: field.action,
  },
  names: { asks: 'oracle', workflow: 'workflow', part: 'part' },
  duties: async () => (await import('./duties/chapter-duties.ts')).duties,
});
