/**
 * What devices spared the network: how much of what they had to say they held back or said shorter,
 * by the part that did it. A message that is held back is encoded all the same and then thrown
 * away, so what it would have weighed is its exact length and no estimate.
 */
import type { Plan } from '#kernel';
import { defineChapter } from '../chapter.ts';
import type { ChapterBook } from '../judging/chapter-book.ts';
import { figureText, plural } from '../wording.ts';

const MESSAGES = 'messages';
const HELD = 'held';
const INSTEAD = 'instead';
const PLAIN = 'plain';
const BYTES = 'bytes';
/** Curves. */
const AS_IT_IS = 'payload as it is';
const SENT = 'payload sent for it';

export default defineChapter({
  kind: 'traffic',
  title: 'Traffic',
  summary: 'how many messages and bytes devices did not send, and by what',
  asks: [],
  start: (_, book) => ({
    ops: ['weighed'],
    step: (entry) => {
      if (entry.op !== 'weighed') return;
      const { by, plain, bytes, t } = entry;
      for (const part of [by, '']) {
        book.count(nameOf(MESSAGES, part));
        if (bytes === 0) book.count(nameOf(HELD, part));
        if (plain === 0) book.count(nameOf(INSTEAD, part));
        book.count(nameOf(PLAIN, part), plain);
        book.count(nameOf(BYTES, part), bytes);
      }
      book.happened(AS_IT_IS, t, plain);
      book.happened(SENT, t, bytes);
    },
    end: () => {},
  }),
  has: (book) => counted(book, MESSAGES) > 0,
  tell: (book, plan) => {
    const [held, instead] = [counted(book, HELD), counted(book, INSTEAD)];
    const [plain, bytes] = [counted(book, PLAIN), counted(book, BYTES)];
    return {
      lead: leadOf(held, plain, bytes),
      figures: [
        { label: 'Messages not sent', value: held, unit: 'count' },
        { label: 'Messages sent instead', value: instead, unit: 'count' },
        { label: 'Payload as it is', value: plain, unit: 'bytes' },
        { label: 'Payload that was sent for it', value: bytes, unit: 'bytes' },
        { label: 'Saved', value: share(plain, bytes), unit: 'share' },
      ],
      wholes: [],
      spans: [],
      series: [book.curve(AS_IT_IS, 'bytes'), book.curve(SENT, 'bytes')],
      tables: [
        {
          title: 'By what devices do',
          columns: [
            { title: 'Part', unit: 'text' },
            { title: 'Messages', unit: 'count' },
            { title: 'Not sent', unit: 'count' },
            { title: 'Sent instead', unit: 'count' },
            { title: 'As it is', unit: 'bytes' },
            { title: 'Sent for it', unit: 'bytes' },
            { title: 'Saved', unit: 'share' },
          ],
          rows: partsOf(plan)
            .filter((part) => counted(book, MESSAGES, part) > 0)
            .map((part) => {
              const figure = (what: string): number => counted(book, what, part);
              const rows = [MESSAGES, HELD, INSTEAD, PLAIN, BYTES].map(figure);
              return [part, ...rows, share(figure(PLAIN), figure(BYTES))];
            }),
        },
      ],
    };
  },
});

function leadOf(held: number, plain: number, bytes: number): string {
  const [whole, more] = [plain, Math.abs(plain - bytes)].map((size) => figureText(size, 'bytes'));
  return bytes > plain
    ? `What was sent weighs ${more} more than the ${whole} of payload that it stands for.`
    : `${plural(held, 'message')} not sent; ${more} of ${whole} of payload saved.`;
}

const nameOf = (what: string, part: string): string => `${what} ${part}`;

/** Over all parts where none is named. */
const counted = (book: ChapterBook, what: string, part = ''): number =>
  book.counted(nameOf(what, part));

/** Null where nothing was to be said. */
const share = (plain: number, bytes: number): number | null =>
  plain === 0 ? null : (plain - bytes) / plain;

const partsOf = ({ entries }: Plan): string[] => [
  ...new Set(entries.flatMap(({ parts }) => parts.map(({ kind }) => kind)).sort()),
];
