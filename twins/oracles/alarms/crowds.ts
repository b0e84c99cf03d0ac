/**
 * Stretches with too many: for each that is one too many, the time from it until the earliest of
 * those is so long ago; times that overlap or touch are one stretch. Nothing is gone through in the
 * order in which it came.
 */
import { SLACK_MS } from '../slack.ts';
import { type Claims, claimed, counted } from './claim.ts';

export interface Bounds {
  /** Of the last event before them. */
  place: number;
  floodMore: number;
  floodMs: number;
  chatterTimes: number;
  chatterMs: number;
}

export interface Crowd {
  from: number;
  to: number;
  /** When the last came that is part of it. */
  last: number;
}

export interface Happened {
  place: number;
  at: number;
}

/** `least`: so many of them within `withinMs` are too many. */
function crowdsIn(times: readonly number[], least: number, withinMs: number): Crowd[] {
  const spans = times.flatMap((at, index) => {
    const first = times[index - least + 1];
    return first !== undefined && first > at - withinMs
      ? [{ from: at, to: first + withinMs, last: at }]
      : [];
  });
  const crowds: Crowd[] = [];
  for (const span of spans) {
    const before = crowds.at(-1);
    if (before !== undefined && span.from <= before.to) {
      Object.assign(before, { to: span.to, last: span.last });
    } else crowds.push(span);
  }
  return crowds;
}

/** By each of the bounds that the target has gone by; counting begins anew with others. */
export function crowdsBy(
  bounds: readonly Bounds[],
  happened: readonly Happened[],
  of: (bounds: Bounds) => { least: number; withinMs: number },
): Crowd[] {
  const ordered = [...bounds].sort((a, b) => a.place - b.place);
  const all = [...happened].sort((a, b) => a.place - b.place);
  return ordered.flatMap((one, index) => {
    const next = ordered[index + 1]?.place ?? Number.POSITIVE_INFINITY;
    const own = all.filter(({ place }) => place > one.place && place <= next);
    const { least, withinMs } = of(one);
    return crowdsIn(
      own.map(({ at }) => at),
      least,
      withinMs,
    );
  });
}

export const floodOf = ({ floodMore, floodMs }: Bounds) => ({
  ...{ least: floodMore + 1, withinMs: floodMs },
});
export const chatterOf = ({ chatterTimes, chatterMs }: Bounds) => ({
  ...{ least: chatterTimes, withinMs: chatterMs },
});

/** Each stretch that there was is told, with its times, and no other. */
export function compareCrowds(
  expected: readonly Crowd[],
  told: readonly { from: number; to: number }[],
  readAt: number,
  what: string,
  into: Claims,
): void {
  const isOpen = (time: number): boolean => time > readAt - SLACK_MS;
  for (const { from, to, last } of expected) {
    if (isOpen(last)) {
      counted(into.open, `${what} just when the target was asked`);
      continue;
    }
    const isTold = told.some((one) => one.from === from && one.to === to);
    const missed = `${what} from ${from} to ${to} ms, and that is not counted`;
    claimed(into, from, isTold ? null : missed);
  }
  for (const { from, to } of told) {
    if (isOpen(from) || expected.some((one) => one.from === from)) continue;
    claimed(into, from, `${what} from ${from} to ${to} ms by its count, and that was not so`);
  }
}
