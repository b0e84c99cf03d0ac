/** When what is injected and healed, and what may not act at once. Pure. */
import { type FaultPlan, formatDuration } from '#kernel';

export interface FaultStep {
  at: number;
  kind: 'inject' | 'heal';
  fault: FaultPlan;
}

/** In the order of time; at one instant healing comes first, then the order of ids. */
export function schedule(faults: readonly FaultPlan[]): FaultStep[] {
  return faults
    .flatMap((fault): FaultStep[] => [
      { at: fault.from, kind: 'inject', fault },
      { at: fault.to, kind: 'heal', fault },
    ])
    .sort((a, b) => a.at - b.at || rank(a) - rank(b) || (a.fault.id < b.fault.id ? -1 : 1));
}

/** A fault without duration is healed after it was injected, or it would stay for ever. */
function rank({ kind, fault }: FaultStep): number {
  if (kind === 'inject') return 1;
  return fault.from < fault.to ? 0 : 2;
}

export interface Conflict {
  first: string;
  second: string;
  message: string;
}

/** Faults of which one would hide the other: its effect could not be seen, and so not proved. */
export function conflictsOf(faults: readonly FaultPlan[]): Conflict[] {
  return faults.flatMap((second, index) =>
    faults.slice(0, index).flatMap((first) => {
      const overlaps = first.from < second.to && second.from < first.to;
      if (!overlaps || !hides(first, second)) return [];
      const from = formatDuration(Math.max(first.from, second.from));
      const to = formatDuration(Math.min(first.to, second.to));
      const who = `${first.id} and ${second.id} act on the same devices`;
      const message = `${who} from ${from} to ${to}, and one would hide the other`;
      return [{ first: first.id, second: second.id, message }];
    }),
  );
}

/**
 * What stops a link, or paces it, hides everything else on it; delays only add up. A dead target
 * hides every link, and two faults on one device hide each other.
 */
function hides(a: FaultPlan, b: FaultPlan): boolean {
  if (a.acts === 'target' || b.acts === 'target') return a.acts !== 'device' && b.acts !== 'device';
  if (a.acts === 'device' || b.acts === 'device') {
    if (a.acts !== b.acts) return false;
    const others = new Set(b.devices);
    return a.devices.some((device) => others.has(device));
  }
  if (onlyDelays(a) && onlyDelays(b)) return false;
  const others = new Set(b.cohorts);
  return a.cohorts.some((cohort) => others.has(cohort));
}

const DELAYS: readonly string[] = ['latency', 'noop', 'slow_close', 'slicer'];

const onlyDelays = ({ down, toxics }: FaultPlan): boolean =>
  !down && toxics.every(({ type }) => DELAYS.includes(type));
