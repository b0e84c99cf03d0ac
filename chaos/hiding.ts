/**
 * Whether one fault leaves anything of another to be seen. Faults may act on a link at once, and
 * where nothing crosses a delay shows in no answer, and where connections end anyway nobody can
 * tell who ended them. What is hidden all the time can be seen by nobody. Pure.
 */
import type { FaultPlan, ToxicSpec } from '#kernel';

/** The faults that hide this one from its beginning to its end; none where something shows. */
export function hiddenBy(fault: FaultPlan, faults: readonly FaultPlan[]): FaultPlan[] {
  // Of the target and of power tells more than links.
  if (fault.acts !== 'link' || fault.cohorts.length === 0) return [];
  const around = faults.filter(
    (other) => other !== fault && isAround(other, fault) && hides(other, fault),
  );
  const isHidden = fault.cohorts.every((cohort) => around.some((other) => reaches(other, cohort)));
  return isHidden
    ? around.filter((other) => fault.cohorts.some((cohort) => reaches(other, cohort)))
    : [];
}

const isAround = (outer: FaultPlan, inner: FaultPlan): boolean =>
  outer.from <= inner.from && inner.to <= outer.to;

const reaches = ({ acts, cohorts }: FaultPlan, cohort: number): boolean =>
  acts === 'target' || (acts === 'link' && cohorts.includes(cohort));

/** Where nothing crosses, no toxic has anything to act on; a link that is down shows even there. */
const hides = (other: FaultPlan, { down }: FaultPlan): boolean =>
  endsConnections(other) || (other.toxics.some(holdsAll) && !down);

/** At the latest when it heals. */
const endsConnections = ({ acts, down, toxics }: FaultPlan): boolean =>
  acts === 'target' || down || toxics.some(({ type }) => ENDING.includes(type));

const ENDING: readonly ToxicSpec['type'][] = ['reset_peer', 'timeout'];

/** One way is enough: an answer needs both. */
const holdsAll = ({ type, attributes }: ToxicSpec): boolean =>
  type === 'bandwidth' && (attributes.rate ?? 0) === 0;
