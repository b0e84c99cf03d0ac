/**
 * What devices loaded of an image, against its size: whatever a device loads beyond that costs
 * airtime and brings nothing. Over all its attempts, since it pays for each of them.
 */
import { firmwareOf, type Plan } from '#kernel';
import type { ChapterBook } from '../../judging/chapter-book.ts';
import { deviceName } from '../../judging/witness.ts';
import type { ChapterTable } from '../../result.ts';

const BYTES = 'bytes loaded of ';
const MOST = 'Devices that loaded most';

interface Loaded {
  campaign: string;
  bytes: number;
  stretches: number;
}

export function noteLoads(
  book: ChapterBook,
  plan: Plan,
  device: number,
  attempts: readonly Loaded[],
): void {
  for (const { campaign } of firmwareOf(plan)) {
    const own = attempts.filter((one) => one.campaign === campaign.name && one.bytes > 0);
    if (own.length === 0) continue;
    const bytes = own.reduce((sum, one) => sum + one.bytes, 0);
    const parts = own.reduce((sum, one) => sum + one.stretches, 0);
    const share = bytes / campaign.image.size;
    book.amount(`${BYTES}${campaign.name}`, bytes);
    const name = deviceName(plan, device);
    book.row(MOST, share, [name, campaign.name, bytes, share, own.length, parts]);
  }
}

export function loadTables(book: ChapterBook, plan: Plan): ChapterTable[] {
  return [
    {
      title: 'Loaded per device, against the image',
      columns: [
        { title: 'Campaign', unit: 'text' },
        { title: 'Image', unit: 'bytes' },
        { title: 'Devices', unit: 'count' },
        { title: 'Median', unit: 'bytes' },
        { title: '99 %', unit: 'bytes' },
        { title: 'Worst', unit: 'bytes' },
        { title: 'Median of the image', unit: 'share' },
        { title: '99 % of it', unit: 'share' },
        { title: 'Worst of it', unit: 'share' },
      ],
      rows: firmwareOf(plan).flatMap(({ campaign: { name, image } }) => {
        const [count, ...amounts] = book.amounts(`${BYTES}${name}`, 0.5, 0.99, 1);
        const shares = amounts.map((bytes) => (bytes === null ? null : bytes / image.size));
        return count === 0 ? [] : [[name, image.size, count, ...amounts, ...shares]];
      }),
    },
    {
      title: MOST,
      columns: [
        { title: 'Device', unit: 'text' },
        { title: 'Campaign', unit: 'text' },
        { title: 'Loaded', unit: 'bytes' },
        { title: 'Of the image', unit: 'share' },
        { title: 'Attempts', unit: 'count' },
        { title: 'Parts', unit: 'count' },
      ],
      rows: book.rows(MOST),
    },
  ];
}
