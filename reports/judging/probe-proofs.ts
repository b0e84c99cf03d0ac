/**
 * Reads the sightings of one cohort's probe: did it see what the fault promises? A probe asks five
 * times a second through the faulted link; every answer carries how long it took, so the instant of
 * the question is known as well.
 */
import type { FaultProof, Plan } from '#kernel';
import type { FaultWindow, ProbeSighting, Span, Timeline } from '#oracles';
import { formatCount, formatSpan, plural } from '../wording.ts';

export interface Answer {
  /** `unseen`: this witness could not tell. */
  kind: 'yes' | 'no' | 'unseen';
  text: string;
}

type LinkProof = Exclude<FaultProof, { kind: 'rebooted' } | { kind: 'target-down' }>;

const yes = (text: string): Answer => ({ kind: 'yes', text });
const no = (text: string): Answer => ({ kind: 'no', text });
const unseen = (text: string): Answer => ({ kind: 'unseen', text });

/** Answers this close to an edge prove nothing. */
const EDGE_US = 250_000;
/** Of the promised delay, so much must be seen. */
const DELAY_SHARE = 0.8;
/**
 * A measured rate may exceed the promised one by so much: a window of bytes is already under way.
 */
const RATE_FACTOR = 1.5;

export function askProbes(
  proof: LinkProof,
  fault: FaultWindow,
  sightings: readonly ProbeSighting[],
  plan: Plan,
  timeline: Timeline,
): Answer {
  switch (proof.kind) {
    case 'stalled':
      return stalled(fault, sightings);
    case 'swallowed':
      return swallowed(fault, sightings);
    case 'refused':
      return refused(fault, sightings);
    case 'closed':
      return closed(fault, sightings);
    case 'delayed':
      return delayed(fault, sightings, proof.delayMs, steadyOf(timeline, plan));
    case 'paced':
      return paced(fault, sightings, proof.bytesPerSecond);
  }
}

/** The target itself: killed, gone for somebody, accepting again. */
export function targetAnswer(fault: FaultWindow, timeline: Timeline, dropped: number): Answer {
  const killed = timeline.target.find(
    ({ t, text }) => text === 'killed' && t >= fault.from - EDGE_US && t <= fault.to,
  );
  if (killed === undefined) return no('the target was not killed');
  const back = timeline.target.find(({ t, text }) => text === 'accepting' && t > killed.t);
  const until = back?.t ?? timeline.end;
  const gone = { from: killed.t, to: until + EDGE_US };
  const probes = [...timeline.probes.values()].flatMap((sightings) =>
    sightings.filter((one) => isClosing(one) && isWithin(one.t, gone)),
  ).length;
  const refusing = timeline.target.some(({ t, text }) => text === 'refusing' && isWithin(t, gone));
  if (probes === 0 && dropped === 0 && !refusing) {
    return no('the target was killed and nobody noticed');
  }
  if (back === undefined) return unseen('the target was killed and never accepted again');
  const seconds = formatSpan((back.t - killed.t) / 1000);
  return yes(
    `the target was gone for ${seconds}: ${plural(dropped, 'device')} and ${plural(probes, 'probe')} refused or cut off`,
  );
}

function stalled(fault: FaultWindow, sightings: readonly ProbeSighting[]): Answer {
  const inner = innerWindow(fault);
  const leaks = answeredInside(sightings, inner);
  if (leaks > 0) return no(`a probe was answered ${formatCount(leaks)} times through it`);
  const silent = sightings.some((one) => one.text === 'silent' && isWithin(one.t, inner));
  const held = sightings.some((one) => isLateAnswer(one, inner));
  if (!silent && !held) return unseen('no probe asked during it');
  const after = sightings.find((one) => isAlive(one) && one.t > inner.to);
  if (after === undefined) return unseen('a probe fell silent and was never answered again');
  return yes(`a probe fell silent and was answered again ${gapText(fault, after.t)}`);
}

function swallowed(fault: FaultWindow, sightings: readonly ProbeSighting[]): Answer {
  const inner = innerWindow(fault);
  const leaks = answeredInside(sightings, inner);
  if (leaks > 0) return no(`a probe was answered ${formatCount(leaks)} times through it`);
  if (sightings.some((one) => isLateAnswer(one, inner))) {
    return no('what a probe asked inside was held back, not swallowed');
  }
  const silent = sightings.some((one) => one.text === 'silent' && isWithin(one.t, inner));
  if (!silent) return unseen('no probe asked during it');
  const after = sightings.find((one) => isAlive(one) && one.t > inner.to);
  if (after === undefined) return unseen('a probe fell silent and was never answered again');
  return yes(`a probe's questions were swallowed; others were answered ${gapText(fault, after.t)}`);
}

function refused(fault: FaultWindow, sightings: readonly ProbeSighting[]): Answer {
  const inner = innerWindow(fault);
  const leaks = answeredInside(sightings, inner);
  if (leaks > 0) return no(`a probe was answered ${formatCount(leaks)} times through it`);
  const span = { from: fault.from, to: fault.to + EDGE_US };
  const refusals = sightings.filter((one) => isClosing(one) && isWithin(one.t, span)).length;
  if (refusals === 0) return unseen('no probe tried to connect');
  const after = sightings.find((one) => isAlive(one) && one.t > inner.to);
  if (after === undefined) return unseen('a probe was refused and never accepted again');
  return yes(
    `a probe was cut off or refused ${formatCount(refusals)} times and accepted ${gapText(fault, after.t)}`,
  );
}

function closed(fault: FaultWindow, sightings: readonly ProbeSighting[]): Answer {
  const span = { from: fault.from, to: fault.to + EDGE_US };
  const closings = sightings.filter((one) => isClosing(one) && isWithin(one.t, span)).length;
  if (closings > 0) return yes(`a probe's connection was closed ${formatCount(closings)} times`);
  const alive = sightings.some((one) => one.text === 'pong' && isWithin(one.t, innerWindow(fault)));
  return alive
    ? no('a probe kept its connection all through it')
    : unseen('no probe was connected');
}

function delayed(
  fault: FaultWindow,
  sightings: readonly ProbeSighting[],
  delayMs: number,
  steady: Span | null,
): Answer {
  const pongs = sightings.filter((one) => one.text === 'pong');
  const before = pongs.filter((one) => steady !== null && isWithin(one.t - one.b, steady));
  const inner = { from: fault.from + EDGE_US, to: fault.to };
  const during = pongs.filter((one) => isWithin(one.t - one.b, inner) && one.t <= fault.to);
  const base = medianOf(before.map((one) => one.b));
  const slow = medianOf(during.map((one) => one.b));
  if (base === null) return unseen('no probe was answered in the steady phase');
  if (slow === null) return unseen('no probe was answered during it');
  const extraMs = (slow - base) / 1000;
  const text = `probe round trips rose by ${formatCount(Math.round(extraMs))} ms in the median (wanted ${formatCount(delayMs * 2)} ms)`;
  return extraMs >= delayMs * 2 * DELAY_SHARE ? yes(text) : no(text);
}

function paced(
  fault: FaultWindow,
  sightings: readonly ProbeSighting[],
  bytesPerSecond: number,
): Answer {
  const inner = innerWindow(fault);
  const inside = sightings.filter((one) => isWithin(one.t, { from: inner.from, to: fault.to }));
  const rate = medianOf(inside.flatMap((one) => (one.text === 'rate' ? [one.b] : [])));
  if (rate === null) {
    const silent = inside.some((one) => one.text === 'silent');
    return silent
      ? yes('the link was too slow for a single measurement to end within it')
      : unseen('no rate was measured during it');
  }
  const text = `a probe measured ${formatCount(rate)} bytes/s (wanted ${formatCount(bytesPerSecond)})`;
  return rate <= bytesPerSecond * RATE_FACTOR ? yes(text) : no(text);
}

/** The edges of a window are not judged: injecting and healing take a moment themselves. */
export function innerWindow(fault: Span): Span {
  const edge = Math.min(EDGE_US, (fault.to - fault.from) / 4);
  return { from: fault.from + edge, to: fault.to - edge };
}

const isWithin = (t: number, span: Span): boolean => t >= span.from && t <= span.to;
const isClosing = (one: ProbeSighting): boolean => one.text === 'refused' || one.text === 'closed';
const isAlive = (one: ProbeSighting): boolean => one.text === 'pong' || one.text === 'connected';

/** Questions asked inside and answered inside. */
const answeredInside = (sightings: readonly ProbeSighting[], inner: Span): number =>
  sightings.filter((one) => one.text === 'pong' && one.t - one.b >= inner.from && one.t <= inner.to)
    .length;

/** Asked inside, answered after. */
const isLateAnswer = (one: ProbeSighting, inner: Span): boolean =>
  one.text === 'pong' && isWithin(one.t - one.b, inner) && one.t > inner.to;

function steadyOf(timeline: Timeline, plan: Plan): Span | null {
  const actual = timeline.phase('steady');
  if (actual !== null) return actual;
  const planned = plan.phases.find((phase) => phase.name === 'steady');
  return planned === undefined ? null : { from: planned.from * 1000, to: planned.to * 1000 };
}

const gapText = (fault: FaultWindow, t: number): string =>
  t >= fault.to ? `${formatSpan((t - fault.to) / 1000)} after the heal` : 'as it healed';

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
