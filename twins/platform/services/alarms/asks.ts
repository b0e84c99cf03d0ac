/** What an operator asks, read: JSON from outside, at which nobody has looked yet. */
import { type AlarmBounds, isMap } from '#kernel';

export interface AlarmAsks {
  by: string;
  /** A name for this wish; the same again is the same wish. */
  token: string;
  /** Which time that the alarm was raised is meant; null for the last. */
  number: number | null;
  /** For how long it is shelved. */
  forMs: number;
}

const TEXT_MAX = 64;
const DAY_MS = 86_400_000;
const COUNT_MAX = 1_000_000;

const isWhole = (value: unknown, least: number, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

/** What is wrong with it, where something is. */
export function readAlarmAsks(body: unknown): string | AlarmAsks {
  const { by = '', token, number = null, forMs = 0 } = isMap(body) ? body : {};
  if (typeof by !== 'string' || by.length > TEXT_MAX) return `by is a text of up to ${TEXT_MAX}`;
  if (typeof token !== 'string' || token === '' || token.length > TEXT_MAX) {
    return `token is a text of 1 to ${TEXT_MAX}`;
  }
  if (number !== null && !isWhole(number, 1, Number.MAX_SAFE_INTEGER)) {
    return 'number says which time it was raised, from 1 on';
  }
  return isWhole(forMs, 0, DAY_MS * 366)
    ? { by, token, number: number as number | null, forMs }
    : 'forMs is whole, and a year at most';
}

export function readBounds(body: unknown): string | AlarmBounds {
  const { floodMore, floodMs, chatterTimes, chatterMs, shelveMostMs } = isMap(body) ? body : {};
  if (!isWhole(floodMore, 1, COUNT_MAX)) return `floodMore is 1 to ${COUNT_MAX}`;
  if (!isWhole(chatterTimes, 2, COUNT_MAX)) return `chatterTimes is 2 to ${COUNT_MAX}`;
  for (const [name, span] of Object.entries({ floodMs, chatterMs, shelveMostMs })) {
    if (!isWhole(span, 1, DAY_MS)) return `${name} is 1 to ${DAY_MS}`;
  }
  return { floodMore, floodMs, chatterTimes, chatterMs, shelveMostMs } as AlarmBounds;
}
