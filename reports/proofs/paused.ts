/** The target stands still: nobody is answered while it acts, and everybody is after it. */
import { aliveAgain, fellSilent, leak, sinceHeal, wasHeld } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, unseen, yes } from '../proof.ts';

export default defineProof({
  kind: 'paused',
  summary: 'the target answers nobody while it acts, and goes on after it',
  // Connections stay, and new ones get no answer before it is over.
  link: () => ({ carries: { up: false, down: false } }),
  /** Whoever asks it is a witness. */
  read: ({ everyProbe, fault, inner }) =>
    everyProbe().map((sightings): Answer => {
      const leaked = leak(sightings, inner);
      if (leaked !== null) return leaked;
      if (!fellSilent(sightings, inner) && !wasHeld(sightings, inner)) {
        return unseen('no probe asked during it');
      }
      const again = aliveAgain(sightings, inner);
      if (again === null) return unseen('a probe fell silent and was never answered again');
      return yes(`a probe fell silent and was answered again ${sinceHeal(fault, again)}`);
    }),
});
