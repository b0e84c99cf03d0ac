/** Bytes cross at no more than a rate, which the probes measure by publishing in bulk. */
import { noticedAside } from '../judging/noticed.ts';
import { fellSilent, isWithin, medianOf } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, no, promised, unseen, yes } from '../proof.ts';
import { formatCount } from '../wording.ts';

/**
 * A measured rate may exceed the promised one by so much: a window of bytes is already under way.
 */
const RATE_FACTOR = 1.5;

export default defineProof({
  kind: 'paced',
  summary: 'bytes cross no faster than at the promised rate',
  link: () => ({}),
  read: (sight) => {
    const { fault, inner, probes } = sight;
    const bytesPerSecond = promised(fault.plan, 'bytesPerSecond');
    const span = { from: inner.from, to: fault.to };
    const answers = probes.map((sightings): Answer => {
      const rates = sightings.filter((one) => one.text === 'rate' && isWithin(one.t, span));
      const rate = medianOf(rates.map((one) => one.b));
      if (rate === null) {
        return fellSilent(sightings, span)
          ? yes('the link was too slow for a single measurement to end within it')
          : unseen('no rate was measured during it');
      }
      const wanted = formatCount(bytesPerSecond);
      const text = `a probe measured ${formatCount(rate)} bytes/s (wanted ${wanted})`;
      return rate <= bytesPerSecond * RATE_FACTOR ? yes(text) : no(text);
    });
    return [...answers, ...noticedAside(sight)];
  },
});
