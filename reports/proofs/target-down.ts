/** The target itself: killed, gone for somebody, accepting again. */
import { closings, EDGE_US, isWithin } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, no, type Sight, unseen, yes } from '../proof.ts';
import { formatSpan, plural } from '../wording.ts';

export default defineProof({
  kind: 'target-down',
  summary: 'the target is killed, somebody notices, and it accepts again',
  link: () => ({
    carries: { up: false, down: false },
    ends: true,
    refuses: true,
    forgets: 'target',
  }),
  read: (sight) => [askAll(sight)],
});

/** The target has no cohort: every probe and every device is its witness. */
function askAll({ everyProbe, fault, noticed, timeline }: Sight): Answer {
  const killed = timeline.target.find(
    ({ t, text }) => text === 'killed' && t >= fault.from - EDGE_US && t <= fault.to,
  );
  if (killed === undefined) return no('the target was not killed');
  const back = timeline.target.find(({ t, text }) => text === 'accepting' && t > killed.t);
  const gone = { from: killed.t, to: (back?.t ?? timeline.end) + EDGE_US };
  let probes = 0;
  for (const sightings of everyProbe()) probes += closings(sightings, gone);
  const refusing = timeline.target.some(({ t, text }) => text === 'refusing' && isWithin(t, gone));
  if (probes === 0 && noticed === 0 && !refusing) {
    return no('the target was killed and nobody noticed');
  }
  if (back === undefined) return unseen('the target was killed and never accepted again');
  const seconds = formatSpan((back.t - killed.t) / 1000);
  const who = `${plural(noticed, 'device')} and ${plural(probes, 'probe')}`;
  return yes(`the target was gone for ${seconds}: ${who} refused or cut off`);
}
