/** Bytes are dropped and connections stay until the heal ends them. */
import type { FaultPlan, ToxicSpec } from '#kernel';
import { noticedAside } from '../judging/noticed.ts';
import {
  aliveAgain,
  fellSilent,
  leak,
  NEVER_ANSWERED,
  sinceHeal,
  wasHeld,
} from '../judging/probe-sightings.ts';
import { type Answer, defineProof, no, unseen, yes } from '../proof.ts';

export default defineProof({
  kind: 'swallowed',
  summary: 'what is sent while it acts never arrives, and the heal ends connections',
  link: (fault) => ({
    carries: { up: isSpared(fault, 'upstream'), down: isSpared(fault, 'downstream') },
    ends: true,
  }),
  read: (sight) => [
    ...sight.probes.map((sightings): Answer => {
      const { fault, inner } = sight;
      const leaked = leak(sightings, inner);
      if (leaked !== null) return leaked;
      if (wasHeld(sightings, inner)) {
        return no('what a probe asked inside was held back, not swallowed');
      }
      if (!fellSilent(sightings, inner)) return unseen('no probe asked during it');
      const again = aliveAgain(sightings, inner);
      if (again === null) return NEVER_ANSWERED;
      return yes(
        `a probe's questions were swallowed; others were answered ${sinceHeal(fault, again)}`,
      );
    }),
    ...noticedAside(sight),
  ],
});

/** A direction without a toxic passes, as long as the fault has toxics to tell by. */
const isSpared = ({ toxics }: FaultPlan, way: ToxicSpec['stream']): boolean =>
  toxics.length > 0 && toxics.every(({ stream }) => stream !== way);
