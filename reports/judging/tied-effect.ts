/**
 * Whether a fault that is tied to a state happened. Nobody planned when it would act on whom, so
 * the ledger is asked: each time that it acted on a device is a window of its own, and the probe of
 * that device's link is asked about it. Where it met nobody, the run has shown nothing of it.
 */
import type { StateTie } from '#kernel';
import { type FaultWindow, type Span, type Timeline, windowsOn } from '#oracles';
import { type Answer, aside, type Sight, unseen } from '../proof.ts';
import type { Effect } from '../result.ts';
import { formatCount, plural } from '../wording.ts';

/** One time that it acted on one device. */
export interface Strike {
  device: number;
  window: FaultWindow;
}

export const strikesOf = (fault: FaultWindow, timeline: Timeline): Strike[] =>
  fault.plan.devices.flatMap((device) =>
    windowsOn(timeline, fault, device).map((window) => ({ device, window })),
  );

/** It acted on nobody: said like a fault that did nothing, unless its time was cut short. */
export function neverMet({ plan, to }: FaultWindow, tie: StateTie, timeline: Timeline): Effect {
  const cut = Math.min(to, timeline.end) < (plan.to - CUT_MS) * 1000;
  if (cut) return { effective: null, evidence: 'The run ended before any device met it.' };
  const who = `${plural(plan.devices.length, 'device')} that it selects`;
  const what = tie.nth === undefined ? 'was in' : `entered, for time ${tie.nth},`;
  return {
    effective: false,
    evidence: `None of the ${who} ${what} the state ${tie.state} while it might act.`,
  };
}

/** It is taken back so much before its time at most where nothing cut that short. */
const CUT_MS = 500;

/** Nobody can tell anything of less: a probe asks five times a second. */
const TOLD_US = 1_500_000;
/** A link is changed by the runner, which hears of it from a shard first. */
const REACHED_US = 500_000;

/**
 * Of a window, when what was done to a link is there for certain: one that is over sooner may have
 * come too late for anybody to meet it. What is done to devices is done at once.
 */
export function whenInPlace(window: FaultWindow): FaultWindow[] {
  const { plan, to } = window;
  if (plan.tie === undefined || plan.acts !== 'link') return [window];
  const from = window.from + REACHED_US;
  return from < to ? [{ ...window, from }] : [];
}

/** What the probes of its links say, each about the times of its own device. */
export function askLinks(
  strikes: readonly Strike[],
  ask: (strike: Strike, inner: Span) => readonly Answer[],
): Answer[] {
  if (strikes.length === 0) return [];
  const long = strikes.filter(({ window: { from, to } }) => to - from >= TOLD_US);
  if (long.length === 0) return [unseen('it never acted long enough for a probe to tell')];
  return long.flatMap((strike) => {
    const { from, to } = strike.window;
    return ask(strike, { from: from + REACHED_US, to: to - REACHED_US / 2 });
  });
}

/** A window, and the time before it in which another fault leaves its traces. */
export const before = (window: FaultWindow): FaultWindow => ({
  ...window,
  from: window.from - TRACES_US,
});
const TRACES_US = 1_000_000;

/**
 * A window of one device is short, and few questions fall into it: where another fault acts on the
 * link as well, these are too few to say that this one did not.
 */
export const doubted = (answers: readonly Answer[], isAlone: boolean): Answer[] =>
  answers.map((answer) =>
    isAlone || answer.kind !== 'no' ? answer : unseen(`beside other faults, ${answer.text}`),
  );

/** Whom it met, of those that it might have. */
export function sayStrikes(strikes: readonly Strike[], { plan }: FaultWindow): Answer {
  const met = new Set(strikes.map(({ device }) => device)).size;
  const whom = `${formatCount(met)} of ${plural(plan.devices.length, 'device')}`;
  return aside(`it acted on ${whom}, ${plural(strikes.length, 'time')} in all`);
}

/** What a proof is asked about one device's link, and nothing that was counted of all. */
export const ofOneLink = (
  sight: Sight,
  { window }: Strike,
  inner: Span,
  probe: Sight['probes'][number],
): Sight => ({
  ...sight,
  fault: window,
  inner,
  probes: [probe],
  noticed: 0,
  counted: () => 0,
});
