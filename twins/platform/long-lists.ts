/**
 * Lists by device of which one device may have more than a page holds: a page then ends in the
 * midst of it, and the next one goes on there under the same name. What a list is of adds up over
 * pages.
 */
import type { Asked, DeviceRecord, DeviceRegistry } from './service.ts';

/** What of a device goes into a page. */
export interface Part<Row> {
  row: Row;
  /** How many things are in it. */
  size: number;
  /** Where the next page goes on with it; null where this is the end of it. */
  rest: string | null;
}

/** `room`: so many things at most, one or more; `rest` is empty at the beginning of a device. */
export type Cut<Row> = (record: DeviceRecord, rest: string, room: number) => Part<Row>;

/** A cursor is the number of a device that is listed, or of one and where to go on with it. */
const CURSOR = /^(\d{1,15})(?:\.(.{1,1000}))?$/s;

/** `form`: of whatever a part calls its rest. */
export function longPage<Row>(
  asked: Asked,
  registry: DeviceRegistry,
  { form, cut }: { form: RegExp; cut: Cut<Row> },
) {
  const [, key, rest = ''] = CURSOR.exec(asked.text('cursor') ?? '0') ?? [];
  if (key === undefined || (rest !== '' && !form.test(rest)))
    return asked.refuse(400, 'unreadable cursor');
  const { limit, items, next } = registry.page(asked, Number(key) - (rest === '' ? 0 : 1));
  const rows: Row[] = [];
  let [room, listed] = [limit, Number(key)];
  for (const record of items) {
    if (room <= 0) return { rows, limit, next: String(listed) };
    const part = cut(record, record.key === Number(key) ? rest : '', room);
    rows.push(part.row);
    if (part.rest !== null) return { rows, limit, next: `${record.key}.${part.rest}` };
    // One that has nothing is something to list as well.
    room -= Math.max(1, part.size);
    listed = record.key;
  }
  return { rows, limit, next };
}
