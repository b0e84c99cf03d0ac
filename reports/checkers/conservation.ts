/**
 * M13: the books balance. What the plan intends is recounted from the plan alone, and every such
 * message must have come to rest in exactly one class; one of which there is no record at all is a
 * hole in our own books.
 */

import { isScheduled, streamOf } from '#kernel';
import { UNDECLARED } from '#oracles';
import { defineChecker, type Evidence } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { somethingSent } from '../judging/planned.ts';
import { deviceName, finding, messageEvents, messageName, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

const CLASSES = ['delivered', 'lost', 'refused', 'not-sent', 'info'] as const;

export default defineChecker({
  kind: 'conservation',
  title: 'Every intended message is accounted for',
  refs: ['M13'],
  summary: 'Intended = delivered + lost + refused + not sent + info, recounted from the plan.',
  judges: 'always',
  broken: 'invalid',
  params: {},
  asks: ['delivery'],
  applies: somethingSent,
  start: ({ plan, timeline, of }) => {
    const delivery = of('delivery');
    return {
      ops: [],
      end: () => {
        const book = new EvidenceBook();
        delivery.each((message) => {
          const { device, stream, n } = message;
          const known = streamOf(plan, stream);
          const scheduled = known !== undefined && isScheduled(known);
          book.figure(message.fate);
          if (scheduled && n < delivery.plannedCount(device, stream)) book.figure('planned');
          else if (scheduled) {
            book.also(() =>
              finding(
                `${messageName(plan, message)} is one more than the plan intends`,
                [deviceName(plan, device)],
                message.sentAt,
                messageEvents(plan, message),
              ),
            );
          }
          if (message.why.startsWith(UNDECLARED)) return book.doubt(message.why);
          if (message.why !== 'unaccounted') return book.kept();
          book.broken(() =>
            finding(
              `${messageName(plan, message)}, intended at ${ms(message.intended) / 1000} s, has no record`,
              [deviceName(plan, message.device)],
              message.intended,
              [
                { t: ms(message.intended), who: 'plan', what: 'intended it' },
                { t: ms(timeline.end), who: 'ledger', what: 'holds nothing about it' },
              ],
            ),
          );
        });
        return book.close();
      },
    };
  },
  say: (evidence) => {
    if (evidence.findingCount > 0) {
      return `${plural(evidence.findingCount, 'hole')} in the account of ${formatCount(evidence.obligations)} messages.`;
    }
    return `${formatCount(evidence.obligations)} intended = ${classes(evidence)}; the plan itself intends ${formatCount(evidence.figures.planned ?? 0)} of them.`;
  },
});

const classes = ({ figures }: Evidence): string =>
  CLASSES.map((name) => `${formatCount(figures[name] ?? 0)} ${name.replace('-', ' ')}`).join(' + ');
