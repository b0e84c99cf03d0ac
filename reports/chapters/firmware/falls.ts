/** Which devices fell by what they had kept, how often, and whether the target knows. */
import type { Plan } from '#kernel';
import type { Oracles } from '#oracles';
import type { ChapterBook } from '../../judging/chapter-book.ts';
import { deviceName, ms } from '../../judging/witness.ts';
import type { ChapterTable } from '../../result.ts';

const TITLE = 'Devices that fell by what they had kept';
export const FALLEN = 'devices that fell by it';

export function noteFalls(
  book: ChapterBook,
  plan: Plan,
  device: number,
  fallen: ReturnType<Oracles['ota']['fallen']>,
): void {
  for (const { campaign, times, isHeld } of fallen) {
    const [first = 0] = times;
    book.count(FALLEN);
    const held = isHeld ? 'yes' : 'no';
    book.row(TITLE, -first, [deviceName(plan, device), campaign, times.length, ms(first), held]);
  }
}

export const fallTable = (book: ChapterBook): ChapterTable => ({
  title: TITLE,
  columns: [
    { title: 'Device', unit: 'text' },
    { title: 'Campaign', unit: 'text' },
    { title: 'Times', unit: 'count' },
    { title: 'First', unit: 'ms' },
    { title: 'Known to the target', unit: 'text' },
  ],
  rows: book.rows(TITLE),
});
