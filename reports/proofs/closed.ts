/** Connections are torn down at their first data; new ones are accepted, and torn down as well. */
import { closings, EDGE_US, isWithin } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, no, unseen, yes } from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

export default defineProof({
  kind: 'closed',
  summary: 'connections are torn down while it acts',
  link: () => ({ carries: { up: false, down: false }, ends: true, cuts: true }),
  read: ({ fault, inner, noticed, probes }) => [
    ...probes.map((sightings): Answer => {
      const closed = closings(sightings, { from: fault.from, to: fault.to + EDGE_US });
      if (closed > 0) return yes(`a probe's connection was closed ${formatCount(closed)} times`);
      const kept = sightings.some((one) => one.text === 'pong' && isWithin(one.t, inner));
      return kept
        ? no('a probe kept its connection all through it')
        : unseen('no probe was connected');
    }),
    ...(noticed > 0 ? [yes(`${plural(noticed, 'target')} lost the connection`)] : []),
  ],
});
