/** Everything takes longer, both ways: round trips of probes rise by twice the one-way delay. */
import { noticedAside } from '../judging/noticed.ts';
import { EDGE_US, isWithin, medianOf, steadySpan } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, no, promised, unseen, yes } from '../proof.ts';
import { formatCount } from '../wording.ts';

/** Of the promised delay, so much must be seen. */
const DELAY_SHARE = 0.8;

export default defineProof({
  kind: 'delayed',
  summary: 'round trips take longer by the promised delay',
  link: () => ({}),
  read: (sight) => {
    const { fault, plan, probes, timeline } = sight;
    const delayMs = promised(fault.plan, 'delayMs');
    const steady = steadySpan(timeline, plan);
    const inner = { from: fault.from + EDGE_US, to: fault.to };
    const answers = probes.map((sightings): Answer => {
      const pongs = sightings.filter((one) => one.text === 'pong');
      const before = pongs.filter((one) => steady !== null && isWithin(one.t - one.b, steady));
      const during = pongs.filter((one) => isWithin(one.t - one.b, inner) && one.t <= fault.to);
      const base = medianOf(before.map((one) => one.b));
      const slow = medianOf(during.map((one) => one.b));
      if (base === null) return unseen('no probe was answered in the steady phase');
      if (slow === null) return unseen('no probe was answered during it');
      const extraMs = (slow - base) / 1000;
      const rise = formatCount(Math.round(extraMs));
      const wanted = formatCount(delayMs * 2);
      const text = `probe round trips rose by ${rise} ms in the median (wanted ${wanted} ms)`;
      return extraMs >= delayMs * 2 * DELAY_SHARE ? yes(text) : no(text);
    });
    return [...answers, ...noticedAside(sight)];
  },
});
