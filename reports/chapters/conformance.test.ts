/** What every chapter owes; and of one that keeps a duty badly each is seen to be found. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '#kernel';
import { soundness } from '../../kernel/testing/soundness.ts';
import { type ChapterKind, defineChapter } from '../chapter.ts';
import { chapterFamily } from '../chapter-family.ts';
import { ORACLES } from '../testing/oracles.ts';

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .sort();

const chapters = await Promise.all(
  files.map(async (file) => {
    const module = (await import(join(import.meta.dirname, file))) as { default: ChapterKind };
    return { file, chapter: module.default };
  }),
);

const catalog = {
  of: ({ family }: { family: string }) =>
    new Map(family === 'oracle' ? ORACLES.map((one) => [one.kind, one]) : []),
  words: () => undefined,
} as unknown as Catalog;

const duties = await chapterFamily.duties();

describe.each(chapters)('$file', ({ file, chapter }) => {
  it('is named after its kind, and whole', () => {
    expect(file).toBe(`${chapter.kind}.ts`);
    expect(chapterFamily.check(chapter)).toEqual([]);
  });

  it.each(duties)('$says', async (duty) => {
    expect(await duty.flaws(chapter, catalog)).toEqual([]);
  });
});

const nothing = { figures: [], wholes: [], spans: [], series: [], tables: [] };
const odd = (changed: Partial<ChapterKind>): ChapterKind =>
  defineChapter({
    kind: 'odd',
    title: 'Odd',
    summary: 'what is odd',
    asks: [],
    start: () => ({ end: () => undefined }),
    tell: () => ({ lead: 'Odd.', ...nothing }),
    ...changed,
  });

it('finds nothing in a small one', async () => {
  expect(await soundness(chapterFamily, odd({}), catalog)).toBe('');
});

let lanes = 0;
it.each<[string, Partial<ChapterKind>, RegExp]>([
  [
    'throws in a lane',
    {
      start: () => {
        throw new Error('nothing works');
      },
    },
    /nothing works/,
  ],
  ['asks an oracle that it does not name', { start: ({ of }) => of('twin') as never }, /not among/],
  [
    'tells no number',
    { tell: () => ({ lead: 'Odd.', ...nothing, figures: [figure(Number.NaN)] }) },
    /a figure 'tide'/,
  ],
  [
    'tells a row of another width',
    {
      tell: () => ({
        lead: 'Odd.',
        ...nothing,
        tables: [{ title: 'T', columns: [], rows: [[1]] }],
      }),
    },
    /a table 'T'/,
  ],
  [
    'tells a span without its figures',
    { tell: () => ({ lead: 'Odd.', ...nothing, spans: [{ name: 'ebb', count: 1 }] as never }) },
    /a span 'ebb'/,
  ],
  [
    'tells a curve from no instant',
    { tell: () => ({ lead: 'Odd.', ...nothing, series: [CURVE as never] }) },
    /a curve 'tides'/,
  ],
  [
    'tells a course with a hole in it',
    { tell: () => ({ lead: 'Odd.', ...nothing, courses: [courseWith([1, null])] }) },
    /a course 'tides'/,
  ],
  [
    'tells a course whose parts are not over the same instants',
    { tell: () => ({ lead: 'Odd.', ...nothing, courses: [courseWith([1, 2], [1])] }) },
    /a course 'tides'/,
  ],
  [
    'tells a part of a sense that there is not',
    {
      tell: () => ({
        lead: 'Odd.',
        ...nothing,
        wholes: [{ title: 'T', parts: [{ label: 'a', count: 1, sense: 'odd' as never }] }],
      }),
    },
    /'T', of which a part/,
  ],
  ['has no lead', { tell: () => ({ lead: '', ...nothing }) }, /no lead/],
  [
    'cares how the lanes come',
    {
      start: () => ({ end: () => void lanes++ }),
      tell: () => ({ lead: `${lanes} so far.`, ...nothing }),
    },
    /of two segments it tells otherwise/,
  ],
])('finds one that %s', async (_, changed, words) => {
  expect(await soundness(chapterFamily, odd(changed), catalog)).toMatch(words);
});

const courseWith = (...parts: (number | null)[][]) => ({
  title: 'tides',
  about: 'of the sea',
  parts: parts.map((values) => ({
    sense: 'way' as const,
    series: { name: 'ebb', unit: '', t0: 0, step: 1, values },
  })),
  rows: [],
});

const CURVE = { name: 'tides', unit: '', t0: Number.NaN, step: 1, values: [] };

const figure = (value: number) => ({ label: 'tide', value, unit: 'count' as const });
