/**
 * The witness that every fault has: how many of its targets lost or failed to get a connection in
 * a window of it while nothing else acted on them. Some proofs rest on it, the others tell it as
 * well.
 */
import { type FaultWindow, isPlannedEnd, overlaps, type Timeline } from '#oracles';
import { type Answer, aside, type Sight, type Witness, type WitnessContext } from '../proof.ts';
import { plural } from '../wording.ts';
import { EDGE_US, isWithin } from './probe-sightings.ts';

/** Whether another fault acted on a device at an instant, so that what it met proves nothing. */
export const explainedBeside =
  (fault: FaultWindow, timeline: Timeline) =>
  (device: number, t: number): boolean =>
    timeline
      .faultsOn(device)
      .some(
        (other) =>
          other.id !== fault.id &&
          other.injected &&
          overlaps(other, fault) &&
          isWithin(t, { from: other.from, to: other.to + EDGE_US }),
      );

export function noticedWitness({ isExplained, windowsOn }: WitnessContext): Witness {
  const noticed = new Set<number>();
  return {
    ops: ['offline', 'connect-failed'],
    step: (entry) => {
      if (entry.op !== 'offline' && entry.op !== 'connect-failed') return;
      const { device, t, why } = entry;
      if (isPlannedEnd(why)) return;
      const isInside = windowsOn(device).some(({ from, to }) => t >= from && t <= to + EDGE_US);
      if (isInside && !isExplained(device, t)) noticed.add(device);
    },
    end: () => ({ noticed: noticed.size }),
  };
}

/** For a proof that does not rest on it. */
export const noticedAside = ({ noticed }: Sight): Answer[] =>
  noticed > 0 ? [aside(`${plural(noticed, 'target')} noticed`)] : [];
