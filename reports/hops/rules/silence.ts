/**
 * An alarm by silence: the last reading before it, the moment at which nothing newer had come for
 * so long, and the one reading that ended it. All of it is by when readings came, so by the clock
 * of the target.
 */
import type { Hop } from '../../tracing/trace-book.ts';
import { formatSpan } from '../../wording.ts';
import type { Alarm, Input, Told } from './alarms.ts';

/** `inputs`: those that came after no later one, as they came. */
export function bySilence(alarm: Alarm, inputs: readonly Input[]): Told {
  const { rule, since, at, cleared } = alarm;
  const last = inputs.findLast(({ received }) => received <= since);
  const next = inputs.find(({ received }) => received > since && received <= cleared);
  const place = { where: 'rule', who: `rule ${rule}`, isToldByTarget: true } as const;
  const hops: Hop[] = [];
  const than = last === undefined ? '' : ` than reading ${last.n}`;
  if (last !== undefined) {
    const what = `has reading ${last.n}, and waits for a newer one`;
    hops.push({ t: since * 1000, ...place, as: 'so', what });
  }
  const what = `nothing newer${than} has come for ${formatSpan(at - since)}`;
  hops.push({ t: at * 1000, ...place, as: 'due', what });
  if (cleared > 0) {
    const clears = next === undefined ? 'clears it' : `clears it, by reading ${next.n}`;
    const by = { where: 'alarm', who: 'target', isToldByTarget: true } as const;
    hops.push({ t: cleared * 1000, ...by, as: 'cleared', what: clears });
  }
  const roles = [
    ...(last === undefined ? [] : [{ input: last, how: 'was the last before it' }]),
    ...(next === undefined ? [] : [{ input: next, how: 'ended it' }]),
  ];
  return { roles, hops };
}
