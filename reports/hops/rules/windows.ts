/**
 * An alarm by windows: all readings that were in those that made it due, and in the one that ended
 * it. A window ends by the clock of the devices and is looked at by that of the target, when
 * nothing more can come for it; of an end the target tells the window alone.
 */
import type { RulePlan, WindowPlan } from '#kernel';
import type { Hop } from '../../tracing/trace-book.ts';
import { formatInstant, formatSpan } from '../../wording.ts';
import type { Alarm, Input, Role, Told } from './alarms.ts';

/** `at`: of the window that says something. */
interface Span {
  from: number;
  at: number;
}

export function byWindows(
  alarm: Alarm,
  { forMs }: Pick<RulePlan, 'forMs'>,
  window: WindowPlan,
  inputs: readonly Input[],
): Told {
  const { rule, since, at, raised, cleared } = alarm;
  const due = endingAt(window, at, since, inputs);
  const over = cleared > 0 ? endingAt(window, cleared, at + 1, inputs) : null;
  const roles = inputs.flatMap((input): Role[] => [
    ...roleIn(window, input, due, 'the window that made it due'),
    ...(since < due.from ? roleIn(window, input, { from: since, at }, 'a window of it') : []),
    ...(over === null ? [] : roleIn(window, input, over, 'the window that ended it')),
  ]);
  const place = { where: 'rule', who: `rule ${rule}` } as const;
  const lasted = forMs === 0 ? 'is so' : `has been so for ${formatSpan(at - since)}`;
  const first = since < due.from ? 'its first window begins' : 'the window begins';
  const hops: Hop[] = [
    { t: since * 1000, ...place, as: 'so', what: first },
    { t: at * 1000, ...place, as: 'due', what: `${lasted}, with the window that ends` },
  ];
  if (over === null) return { roles, hops };
  const ended = 'is over, with the window that ends';
  hops.push({ t: over.at * 1000, ...place, as: 'over', what: ended });
  const soonest = Math.max(raised, over.at + window.lateMs);
  const clears = { where: 'alarm', who: 'target', as: 'cleared', isToldByTarget: true } as const;
  const what = `clears it, no sooner, by the window that ended at ${formatInstant(over.at)}`;
  hops.push({ t: soonest * 1000, ...clears, what });
  return { roles, hops };
}

/**
 * Those that pauses part say something at their last reading, and begin with their first, not
 * before `least`.
 */
function endingAt(
  { overMs, gapMs, mostMs }: WindowPlan,
  at: number,
  least: number,
  inputs: readonly Input[],
): Span {
  if (gapMs === 0) return { from: at - overMs, at };
  let from = at;
  const isNear = (one: number): boolean => one <= at && one >= least && one > at - mostMs;
  const before = inputs.map((one) => one.at).filter(isNear);
  for (const one of before.sort((a, b) => b - a)) {
    if (from - one > gapMs) break;
    from = one;
  }
  return { from, at };
}

function roleIn(window: WindowPlan, input: Input, { from, at }: Span, name: string): Role[] {
  const { gapMs, overMs, everyMs, lateMs } = window;
  const isPaused = gapMs > 0;
  if (input.at < from || input.at > at || (!isPaused && input.at === at)) return [];
  const last = Math.floor(input.at / Math.max(1, everyMs)) * everyMs + overMs;
  const until = isPaused ? input.at + gapMs : Math.min(at, last);
  const isLate = input.received >= until + lateMs;
  return [{ input, how: isLate ? `came too late for ${name}` : `was in ${name}` }];
}
