/** The first pass over a ledger: what happened to the run as a whole. */
import { opTable, type Plan, SegmentReader } from '#kernel';
import { type Timeline, TimelineBuilder } from '#oracles';
import type { Segment } from './segments.ts';

export function readTimeline(
  plan: Plan,
  planSha256: string,
  segments: readonly Segment[],
  unreadable: Timeline['unreadable'],
): Timeline {
  const builder = new TimelineBuilder(plan);
  for (const one of unreadable) builder.miss(one);
  for (const { source } of segments) {
    const reader = new SegmentReader(source, opTable(plan.ops));
    builder.open(reader.header, planSha256);
    for (let entry = reader.next(); entry !== null; entry = reader.next()) builder.step(entry);
    builder.close(reader);
  }
  return builder.finish();
}
