/**
 * What the probe past every proxy saw of the target: when it was answered, and when the target was
 * gone for it although no fault of the plan was on the target. Whether it was gone for others too
 * is for whoever asks to find out.
 */
import { type FaultPlan, PAST_EVERY_PROXY } from '#kernel';
import type { ProbeSighting, Span, Timeline } from '#oracles';

/** The target, as the probe had it. */
export interface Gone extends Span {
  /** How often it was closed or refused; 0 where it was only silent. */
  refused: number;
  /** It was never answered again. */
  forGood: boolean;
}

export interface Lookout {
  answered: number;
  gone: Gone[];
}

/** After a planned death of the target, a crowd at its door may keep a probe out for a while. */
const AFTER_DEATH_US = 10_000_000;
/** A kill and its first refusal may be written in either order. */
const EDGE_US = 250_000;

const isAnswer = ({ text }: ProbeSighting): boolean =>
  text === 'pong' || text === 'connected' || text === 'denied' || text === 'rate';

/** Gone spans in order of time, without what a planned death explains. */
export function lookoutOf(timeline: Timeline): Lookout {
  const sightings = timeline.probes.get(PAST_EVERY_PROXY) ?? [];
  const spans: Gone[] = [];
  let answered = 0;
  let gone: Gone | null = null;
  for (const sighting of sightings) {
    if (isAnswer(sighting)) {
      if (gone !== null) spans.push({ ...gone, to: sighting.t, forGood: false });
      gone = null;
      answered++;
    } else if (answered > 0) {
      gone ??= newlyGone(sighting);
      if (sighting.text !== 'silent') gone.refused++;
    }
  }
  if (gone !== null) spans.push({ ...gone, to: sightings.at(-1)?.t ?? gone.from });
  return { answered, gone: spans.flatMap((span) => unplanned(span, timeline)) };
}

/** A question that is not answered was asked before that was seen. */
const newlyGone = ({ t, b }: ProbeSighting): Gone => ({
  from: t - b,
  to: t,
  refused: 0,
  forGood: true,
});

/** What is left of a span when a fault of the plan took the target down, and it comes back. */
function unplanned(span: Gone, { downs, faults }: Timeline): Gone[] {
  const isAway = ({ acts, inside, proof }: FaultPlan): boolean =>
    acts === 'target' ||
    (acts === 'behind' && proof.cuts === true) ||
    inside?.still === true ||
    inside?.shut === true;
  const deaths = faults.filter(({ injected, plan }) => injected && isAway(plan));
  let { from } = span;
  for (const down of [...downs, ...deaths]) {
    if (span.from < down.from - EDGE_US || span.from > down.to + EDGE_US) continue;
    from = Math.max(from, down.to + AFTER_DEATH_US);
  }
  return from < span.to ? [{ ...span, from }] : [];
}
