/**
 * What devices send that no observer sees: how often it came in, only the store tells. A row for
 * each time that it may be there is kept, and one more is a message that was taken once too often.
 */
import { isWatched, type LedgerEntryOf } from '#kernel';
import type { MessageView } from '#oracles';
import type { LaneContext } from '../checker.ts';
import type { EvidenceBook } from './evidence.ts';
import { deviceName, finding, messageEvents, messageName, ms } from './witness.ts';

interface Rule {
  /** Whether the checker judges messages at this QoS. */
  judges(qos: number): boolean;
  /** How often it may be there; null where nothing is promised of it. */
  most(message: MessageView): number | null;
}

export function storedFold(context: LaneContext, book: EvidenceBook, { judges, most }: Rule) {
  const { plan, of } = context;
  const delivery = of('delivery');
  const again = (entry: LedgerEntryOf<'stored'>): void => {
    const message = delivery.find(entry.device, entry.stream, entry.n);
    if (message === null) return;
    book.figure('extra');
    const allowed = most(message);
    const { seenCount } = delivery.news;
    if (allowed === null || seenCount <= allowed) return;
    const times = message.sentCount === 1 ? 'once' : `${message.sentCount} times under one name`;
    book.also(() =>
      finding(
        `${messageName(plan, message)}, sent ${times}, is in the store ${seenCount} times`,
        [deviceName(plan, entry.device)],
        entry.t,
        [
          ...messageEvents(plan, message),
          { t: ms(entry.t), who: 'target', what: `had it in its store ${seenCount} times` },
        ],
      ),
    );
  };
  return (entry: LedgerEntryOf<'stored'>): void => {
    if (isWatched(plan, entry.device)) return;
    if (!judges(delivery.qosOf(entry.device, entry.stream))) return;
    const { kind } = delivery.news;
    if (kind === 'stored-again') again(entry);
    else if (kind === 'stored') book.kept();
  };
}
