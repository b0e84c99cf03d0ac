/**
 * Limits of percentiles, for whoever counts times in buckets (`us/…`): how they are set, which are
 * exceeded, and how that is told.
 */
import type { Param, Params, ParamValues } from '#kernel';
import type { Timeline } from '#oracles';
import type { Evidence } from '../checker.ts';
import { formatSpan, plural } from '../wording.ts';
import { addEvidence, EvidenceBook } from './evidence.ts';
import { bucketFloor, bucketOf, histogramOf } from './histogram.ts';
import { measuredOver } from './measured.ts';
import { finding, ms } from './witness.ts';

const LIMITS = [
  { name: 'p50', share: 0.5 },
  { name: 'p90', share: 0.9 },
  { name: 'p99', share: 0.99 },
  { name: 'p999', share: 0.999 },
  { name: 'max', share: 1 },
] as const;

const limit = (about: string): Param => ({
  kind: 'duration',
  about,
  optional: true,
  group: 'limit',
});

export const LIMIT_PARAMS: Params = {
  p50: limit('Limit of the median.'),
  p90: limit('Limit of the 90th percentile.'),
  p99: limit('Limit of the 99th percentile.'),
  p999: limit('Limit of the 99.9th percentile.'),
  max: limit('Limit of the largest.'),
};

export const isLimited = (params: ParamValues): boolean =>
  LIMITS.some(({ name }) => typeof params[name] === 'number');

interface Around {
  timeline: Timeline;
  params: ParamValues;
  during: string;
  /** Who saw it. */
  who: string;
}

/** With a finding for each limit that is exceeded. */
export function exceeding(merged: Evidence, { timeline, params, during, who }: Around): Evidence {
  const histogram = histogramOf(merged.figures, 'us/');
  const window = measuredOver(during, timeline);
  const book = new EvidenceBook();
  for (const { name, share } of LIMITS) {
    const allowedMs = params[name];
    const percentile = histogram.percentile(share);
    if (typeof allowedMs !== 'number' || percentile === null || window === null) continue;
    book.figure(`limit/${name}`, allowedMs);
    // Known to a bucket: what may lie within the limit does not break it.
    if (bucketFloor(bucketOf(percentile)) / 1000 <= allowedMs) continue;
    book.also(() => {
      const [was, allowed] = [formatSpan(percentile / 1000), formatSpan(allowedMs)];
      const of = plural(histogram.count, 'message');
      const message = `${name} during ${during} was ${was}, allowed are ${allowed} (${of})`;
      return finding(message, [], window.from, [
        { t: ms(window.from), who: 'plan', what: `allows ${allowed} at ${name}` },
        { t: ms(window.to), who, what: `saw ${was}` },
      ]);
    });
  }
  return addEvidence(merged, book);
}

export function sayLimits({ figures, decided }: Evidence): string {
  const histogram = histogramOf(figures, 'us/');
  const values = LIMITS.flatMap(({ name, share }) => {
    const allowedMs = figures[`limit/${name}`];
    const percentile = histogram.percentile(share);
    if (allowedMs === undefined || percentile === null) return [];
    return [`${name} ${formatSpan(percentile / 1000)} of ${formatSpan(allowedMs)}`];
  });
  return `${plural(decided, 'message')}: ${values.join(', ') || 'nothing to measure'}.`;
}
