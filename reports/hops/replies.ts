/** What answers what: a reply has the number of what it replies to. */
import { type MessageEntry, streamOf } from '#kernel';
import { defineHops } from '../hops.ts';

export default defineHops({
  kind: 'replies',
  summary: 'which message answers which',
  ops: ['sent', 'received', 'observed'],
  start: ({ plan, book }) => ({
    step: (entry) => {
      const { device, stream, n } = entry as MessageEntry;
      const schedule = streamOf(plan, stream)?.schedule;
      if (schedule?.by !== 'reply') return;
      book.led(
        book.message(device, schedule.to, n),
        book.message(device, stream, n),
        'is answered by',
      );
    },
  }),
});
