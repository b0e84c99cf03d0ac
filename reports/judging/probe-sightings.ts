/**
 * How to read what a probe saw. It asks five times a second through the faulted link, and every
 * answer carries how long it took, so the instant of the question is known as well.
 */
import type { Plan } from '#kernel';
import type { Span, Timeline } from '#oracles';
import { type Answer, no, unseen } from '../proof.ts';
import { formatCount, formatSpan } from '../wording.ts';
import { couldEnd, isOwnWait, type Seen } from './beside.ts';

type Sightings = readonly Seen[];

/** What lies this close to an edge of a window proves nothing. */
export const EDGE_US = 250_000;

/** A window without its edges: injecting and healing take a moment themselves. */
export function innerWindow(fault: Span): Span {
  const edge = Math.min(EDGE_US, (fault.to - fault.from) / 4);
  return { from: fault.from + edge, to: fault.to - edge };
}

export const isWithin = (t: number, span: Span): boolean => t >= span.from && t <= span.to;

/** How often its connection was closed or refused where no other fault may have done it. */
export const closings = (sightings: Sightings, span: Span): number =>
  sightings.filter(
    (one) =>
      (one.text === 'refused' || one.text === 'closed') && isWithin(one.t, span) && !couldEnd(one),
  ).length;

/** A single question that was asked and answered inside disproves that nothing could cross. */
export function leak(sightings: Sightings, inner: Span): Answer | null {
  const leaks = sightings.filter(
    (one) => one.text === 'pong' && one.t - one.b >= inner.from && one.t <= inner.to,
  ).length;
  if (leaks === 0) return null;
  return no(`a probe was answered ${formatCount(leaks)} times through it`);
}

/** A question was asked inside and answered after: it was held back, and by this fault. */
export const wasHeld = (sightings: Sightings, inner: Span): boolean =>
  sightings.some(
    (one) =>
      one.text === 'pong' && isWithin(one.t - one.b, inner) && one.t > inner.to && isOwnWait(one),
  );

export const fellSilent = (sightings: Sightings, inner: Span): boolean =>
  sightings.some((one) => one.text === 'silent' && isWithin(one.t, inner) && isOwnWait(one));

/** When the probe got through again; null when it never did. */
export const aliveAgain = (sightings: Sightings, inner: Span): number | null =>
  sightings.find((one) => (one.text === 'pong' || one.text === 'connected') && one.t > inner.to)
    ?.t ?? null;

export const NEVER_ANSWERED = unseen('a probe fell silent and was never answered again');

/** How long after the heal something was seen. */
export const sinceHeal = (fault: Span, t: number): string =>
  t >= fault.to ? `${formatSpan((t - fault.to) / 1000)} after the heal` : 'as it healed';

/** The steady phase as it was, or else as it was planned. */
export function steadySpan(timeline: Timeline, plan: Plan): Span | null {
  const actual = timeline.phase('steady');
  if (actual !== null) return actual;
  const planned = plan.phases.find((phase) => phase.name === 'steady');
  return planned === undefined ? null : { from: planned.from * 1000, to: planned.to * 1000 };
}

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
