/**
 * What packing spared the uplink: how many packets went in place of how many, and how many bytes,
 * headers and topics included, since these are what packing saves.
 */
import type { LedgerEntry } from '#kernel';
import { defineChapter } from '../chapter.ts';
import { figureText, formatCount, plural, shareOf } from '../wording.ts';

const PACKETS = 'packets';
const PARCELS = 'messages in packets';
const BYTES = 'bytes';
const APART = 'apart';
const WAITED = 'the first of a packet waited';

export default defineChapter({
  kind: 'packets',
  title: 'Packets',
  summary: 'how many messages gateways put into one packet, and what that saved',
  asks: [],
  part: 'gateway',
  start: (_, book) => ({
    ops: ['packets/sent'],
    step: (entry: LedgerEntry) => {
      const { parcels, bytes, apart, waitedMs } = entry as unknown as Told;
      book.count(PACKETS);
      book.count(PARCELS, parcels);
      book.count(BYTES, bytes);
      book.count(APART, apart);
      book.happened(PACKETS, entry.t);
      book.happened(PARCELS, entry.t, parcels);
      book.took(WAITED, waitedMs * 1000);
    },
    end: () => {},
  }),
  has: (book) => book.counted(PACKETS) > 0,
  tell: (book) => {
    const [packets, parcels] = [book.counted(PACKETS), book.counted(PARCELS)];
    const [bytes, apart] = [book.counted(BYTES), book.counted(APART)];
    const saved = shareOf(apart - bytes, apart);
    const went = `${plural(parcels, 'message')} went in ${plural(packets, 'packet')}`;
    const sizes = [bytes, apart].map((size) => figureText(size, 'bytes'));
    return {
      lead: `${went}: ${sizes.join(' in place of ')}.`,
      figures: [
        { label: 'Messages in a packet', value: shareOf(parcels, packets), unit: 'count' },
        { label: 'On the wire', value: bytes, unit: 'bytes' },
        { label: 'Had each gone alone', value: apart, unit: 'bytes' },
        { label: 'Saved', value: saved, unit: 'share' },
      ],
      wholes: [
        {
          title: `PUBLISH packets that were sent, of ${formatCount(parcels)}`,
          parts: [
            { label: 'sent', count: packets },
            { label: 'spared', count: Math.max(0, parcels - packets) },
          ],
        },
      ],
      spans: [book.span(WAITED)],
      series: [book.curve(PARCELS, 'messages'), book.curve(PACKETS, 'packets')],
      tables: [],
    };
  },
});

interface Told {
  parcels: number;
  bytes: number;
  apart: number;
  waitedMs: number;
}
