/** The link is down: what is open closes, and nobody gets a new connection. */
import { aliveAgain, closings, EDGE_US, leak, sinceHeal } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, unseen, yes } from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

export default defineProof({
  kind: 'refused',
  summary: 'connections are cut off and refused while it acts, and accepted after it',
  link: () => ({ carries: { up: false, down: false }, ends: true, cuts: true, refuses: true }),
  read: ({ fault, inner, noticed, probes }) => [
    ...probes.map((sightings): Answer => {
      const leaked = leak(sightings, inner);
      if (leaked !== null) return leaked;
      const refusals = closings(sightings, { from: fault.from, to: fault.to + EDGE_US });
      if (refusals === 0) return unseen('no probe tried to connect');
      const again = aliveAgain(sightings, inner);
      if (again === null) return unseen('a probe was refused and never accepted again');
      const times = formatCount(refusals);
      return yes(
        `a probe was cut off or refused ${times} times and accepted ${sinceHeal(fault, again)}`,
      );
    }),
    ...(noticed > 0 ? [yes(`${plural(noticed, 'target')} lost the connection`)] : []),
  ],
});
