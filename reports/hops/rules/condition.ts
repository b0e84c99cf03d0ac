/** An alarm by readings: which began it, kept it so, made it due, and ended it. */
import type { RulePlan } from '#kernel';
import type { Hop } from '../../tracing/trace-book.ts';
import { formatSpan } from '../../wording.ts';
import type { Alarm, Input, Told } from './alarms.ts';

/** `came`: of an instant at which a reading came, by whose clock that is. */
export function byCondition(
  alarm: Alarm,
  rule: RulePlan | undefined,
  inputs: readonly Input[],
  came: Pick<Hop, 'isToldByTarget'>,
): Told {
  const { since, at, cleared } = alarm;
  const back = (rule?.terms ?? []).filter(({ does }) => does !== 'alarm');
  const reach = Math.max(0, ...back.map(({ overMs }) => overMs));
  const roles = inputs.flatMap((input) => {
    const how = roleOf(input, alarm, reach);
    return how === null ? [] : [{ input, how }];
  });
  const place = { where: 'rule', who: `rule ${alarm.rule}`, ...came } as const;
  const [first, due, over] = [since, at, cleared].map((ms) => inputs.find((one) => one.at === ms));
  const hops: Hop[] = [];
  if (first !== undefined && first !== due) {
    const what = `is so since reading ${first.n}`;
    hops.push({ t: first.received * 1000, ...place, as: 'so', what });
  }
  if (due !== undefined) {
    const lasted = at === since ? 'is so' : `has been so for ${formatSpan(at - since)}`;
    const what = `${lasted}, with reading ${due.n}`;
    hops.push({ t: due.received * 1000, ...place, as: 'due', what });
  }
  const clears = { where: 'alarm', who: 'target', as: 'cleared' } as const;
  if (over !== undefined) {
    const what = `clears it, by reading ${over.n}`;
    hops.push({ t: over.received * 1000, ...clears, ...came, what });
  } else if (cleared > 0) {
    hops.push({ t: cleared * 1000, ...clears, what: 'clears it, of that moment' });
  }
  return { roles, hops };
}

/** Null for nothing. */
function roleOf({ at }: Input, alarm: Alarm, reach: number): string | null {
  if (at < alarm.since && at > alarm.since - reach) return 'was looked back to';
  if (at === alarm.at) return 'made it due';
  if (at === alarm.since) return 'began it';
  if (at > alarm.since && at < alarm.at) return 'kept it so';
  return alarm.cleared > 0 && at === alarm.cleared ? 'ended it' : null;
}
