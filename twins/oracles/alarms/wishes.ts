/**
 * What the operator asked and was answered, against what the target says it was asked: what was
 * answered well is there once, what was refused is not done, and nobody else has asked. A wish
 * whose answer was lost may be there or not, and never twice.
 */
import { addTo } from '#kernel';
import { type Claims, claimed, counted } from './claim.ts';
import type { Row, Told, Wish } from './known.ts';
import type { History } from './past.ts';

const DOES: Readonly<Record<string, string>> = {
  ...{ ack: 'acked', shelve: 'shelved', unshelve: 'unshelved' },
};
const OK = 200;
const CONFLICT = 409;

export function wishesKept(
  history: History,
  { wishes, heard }: Told,
  targetTime: (runMs: number) => number,
  into: Claims,
): void {
  const byToken = new Map<string, Row[]>();
  for (const row of history.rows) {
    if (row.token === '') continue;
    addTo(byToken, row.token, row);
    if (!wishes.has(row.token)) claimed(into, row.at, `was ${row.event}, and nobody asked for it`);
  }
  for (const wish of wishes.values())
    judge(wish, targetTime(wish.askedAt / 1000), byToken.get(wish.token) ?? [], into);
  const places = new Set(history.all('annunciated').map(({ place }) => place));
  for (const { t, place } of heard) {
    const isThere = places.has(place);
    claimed(
      into,
      t / 1000,
      isThere ? null : 'was told to the operator, and its history has lost it',
    );
  }
}

function judge({ what, status }: Wish, at: number, rows: readonly Row[], into: Claims): void {
  const done = rows.filter(({ event }) => event === DOES[what]);
  const refused = rows.filter((row) => row.event === 'refused' && row.what === what);
  if (rows.length > done.length + refused.length) {
    return claimed(into, at, `was asked to ${what}, and something else is done by it`);
  }
  if (rows.length > 1) return claimed(into, at, `was asked to ${what} once, and it is done twice`);
  if (status === OK) {
    return claimed(into, at, done.length === 1 ? null : `was ${DOES[what]}, and has forgotten it`);
  }
  if (status === CONFLICT) {
    if (done.length > 0) return claimed(into, at, `refused to ${what}, and did it`);
    const why = `refused to ${what}, and its history does not say so`;
    return claimed(into, at, refused.length === 1 ? null : why);
  }
  if (status === 404) return claimed(into, at, 'was told to the operator, and is not there');
  if (rows.length > 0) return claimed(into, at, null);
  counted(into.open, 'asked for, and nobody knows whether it came to the target');
}
