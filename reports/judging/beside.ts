/**
 * What else acted on a link while a fault did. Faults may overlap on one device, and what one of
 * them does another may hide, or may do as well: a silence under a partition says nothing of a
 * latency. So each sighting of a probe carries what the other faults of its time do to the link,
 * and a proof rests on what they do not explain.
 */
import type { FaultPlan, Plan } from '#kernel';
import {
  type FaultWindow,
  overlaps,
  type ProbeSighting,
  type Span,
  type Timeline,
  windowsOnLink,
} from '#oracles';
import type { LinkOf, LinkProperties } from '../link.ts';

/** A sighting, and the links of all other faults that acted at its time; absent where none did. */
export type Seen = ProbeSighting & { beside?: readonly LinkProperties[] };

/** An end that a fault brings about may be seen so long after it. */
const AFTER_US = 250_000;

/** Faults that act on the same link, or on all links, in a part of this one's window. */
export function companyOf(
  fault: FaultWindow,
  timeline: Timeline,
  plan: Pick<Plan, 'devices'>,
  cohort: number,
): FaultWindow[] {
  return timeline.faults
    .filter((other) => other.id !== fault.id && other.injected)
    .flatMap((other) => windowsOnLink(timeline, plan, other, cohort))
    .filter((window) => overlaps(window, fault));
}

/** What the probe of a cohort saw, with what else acted then. `bulkBytes`: it measures rates so. */
export function seenBeside(
  sightings: readonly ProbeSighting[],
  company: readonly FaultWindow[],
  { linkOf, bulkBytes }: { linkOf: LinkOf; bulkBytes: number },
): readonly Seen[] {
  if (company.length === 0) return sightings;
  return sightings.map((one) => {
    const span = spanOf(one, bulkBytes);
    const acting = company.filter((other) => overlaps(around(other), span));
    return acting.length === 0 ? one : { ...one, beside: acting.map(linkIn(linkOf)) };
  });
}

/** From the question to what was seen of it. */
function spanOf({ b, t, text }: ProbeSighting, bulkBytes: number): Span {
  const tookUs = text === 'rate' ? (bulkBytes / Math.max(1, b)) * 1_000_000 : b;
  return { from: t - tookUs, to: t + 1 };
}

const around = ({ from, to }: Span): Span => ({ from, to: to + AFTER_US });

const linkIn =
  (linkOf: LinkOf) =>
  ({ plan }: { plan: FaultPlan }): LinkProperties =>
    linkOf(plan);

/** Another fault may have ended or refused the connection. */
export const couldEnd = ({ beside = [] }: Seen): boolean =>
  beside.some(({ cuts, ends, mayEnd, refuses }) => cuts || ends || mayEnd || refuses);

/** How much later the other faults may have made an answer, in ms; Infinity where one holds it. */
export const heldUpMs = (links: readonly LinkProperties[], least: 'any' | 'quickest'): number =>
  links.reduce((sum, { carries, later }) => {
    const crosses = carries.up && carries.down;
    return sum + (crosses ? later[`${least}Ms`] : Number.POSITIVE_INFINITY);
  }, 0);

/** How long a healthy answer may take at most, where another fault acts as well. */
const ANSWER_US = 400_000;

/** It took longer than all other faults of its time together can explain. */
export function isOwnWait({ b, beside = [] }: Seen): boolean {
  return beside.length === 0 || b > heldUpMs(beside, 'any') * 1000 + ANSWER_US;
}
