/**
 * The witness that every fault has: how many of its targets lost or failed to get a connection in
 * a window of it. Some proofs rest on it, the others tell it beside what they rest on.
 */
import { isPlannedEnd } from '#oracles';
import { type Answer, aside, type Sight, type Witness, type WitnessContext } from '../proof.ts';
import { plural } from '../wording.ts';
import { EDGE_US } from './probe-sightings.ts';

export function noticedWitness({ windowsOn }: WitnessContext): Witness {
  const noticed = new Set<number>();
  return {
    ops: ['offline', 'connect-failed'],
    step: (entry) => {
      if (entry.op !== 'offline' && entry.op !== 'connect-failed') return;
      const { device, t, why } = entry;
      if (isPlannedEnd(why)) return;
      if (windowsOn(device).some(({ from, to }) => t >= from && t <= to + EDGE_US)) {
        noticed.add(device);
      }
    },
    end: () => ({ noticed: noticed.size }),
  };
}

/** For a proof that does not rest on it. */
export const noticedAside = ({ noticed }: Sight): Answer[] =>
  noticed > 0 ? [aside(`${plural(noticed, 'target')} noticed`)] : [];
