/** Bytes cross at no more than a rate, which the probes measure by publishing in bulk. */
import { BULK_BYTES, bulkBytesOf } from '#kernel';
import { heldUpMs, type Seen } from '../judging/beside.ts';
import { noticedAside } from '../judging/noticed.ts';
import { fellSilent, isWithin, medianOf } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, no, promised, type Sight, unseen, yes } from '../proof.ts';
import { formatCount } from '../wording.ts';

/**
 * A measured rate may exceed the promised one by so much: a window of bytes is already under way.
 */
const RATE_FACTOR = 1.5;

/** A question that waits for nothing in front of it. */
const PING_BYTES = 100;
/** What may stand in front of another besides a bulk: a bounded number of questions. */
const QUEUE_BYTES = 500;

export default defineProof({
  kind: 'paced',
  summary: 'bytes cross no faster than at the promised rate',
  link: ({ proof }) => {
    const msFor = (bytes: number): number => (bytes / Number(proof.bytesPerSecond)) * 1000;
    return { later: { quickestMs: msFor(PING_BYTES), anyMs: msFor(BULK_BYTES + QUEUE_BYTES) } };
  },
  read: (sight) => {
    const { fault, inner, plan, probes } = sight;
    const bytesPerSecond = promised(fault.plan, 'bytesPerSecond');
    const bulkBytes = bulkBytesOf(plan);
    const span = { from: inner.from, to: fault.to };
    const answers = probes.map((sightings): Answer => {
      const ended = sightings.filter((one) => one.text === 'rate' && isWithin(one.t, span));
      const rates = ended.filter((one) => !isCutShort(one, sight));
      const alone = rates.filter(({ beside }) => beside === undefined);
      const counted = alone.length > 0 ? alone : rates;
      const rate = medianOf(counted.map((one) => one.b));
      const most = medianOf(counted.map((one) => withoutOthers(one, bulkBytes)));
      if (rate === null || most === null) {
        return fellSilent(sightings, span)
          ? yes('the link was too slow for a single measurement to end within it')
          : unseen('no rate was measured during it');
      }
      const wanted = formatCount(bytesPerSecond);
      const text = `a probe measured ${formatCount(rate)} bytes/s (wanted ${wanted})`;
      const bound = bytesPerSecond * RATE_FACTOR;
      if (rate > bound) return no(text);
      return most <= bound ? yes(text) : unseen('other faults slowed all that was measured');
    });
    return [...answers, ...noticedAside(sight)];
  },
});

/**
 * The heal lets go of whatever is on its way, which tells no rate. So what ends as it heals counts
 * only where at the promised rate it would have ended by then.
 */
function isCutShort({ b, t }: Seen, { fault, inner, plan }: Sight): boolean {
  const usAt = (rate: number): number => (bulkBytesOf(plan) / Math.max(1, rate)) * 1_000_000;
  const begun = t - usAt(b);
  return t > inner.to && begun + usAt(promised(fault.plan, 'bytesPerSecond')) > fault.to;
}

/** The rate at most, had the other faults of its time taken all the time that they may take. */
function withoutOthers({ b, beside }: Seen, bulkBytes: number): number {
  if (beside === undefined) return b;
  const ownMs = (bulkBytes / Math.max(1, b)) * 1000 - heldUpMs(beside, 'any');
  return ownMs > 0 ? (bulkBytes / ownMs) * 1000 : Number.POSITIVE_INFINITY;
}
