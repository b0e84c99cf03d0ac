/**
 * Whether what goes down to a device may still be on its radio when the run ends: a device that
 * sleeps takes it when it listens, and a bad spell holds it up.
 */
import { carrierOf, type Plan, roundTripMs } from '#kernel';
import type { MessageView } from './message-view.ts';
import type { Timeline } from './timeline.ts';

/** A target that was told of a message hands it on after so long at the latest. */
const HANDED_ON_MS = 2000;

export function mayBeInTheAir(
  { ackedAt, device }: Pick<MessageView, 'ackedAt' | 'device'>,
  { plan, timeline }: { plan: Plan; timeline: Timeline },
): boolean {
  const row = plan.devices[carrierOf(plan, device)];
  const profile = plan.cohorts[row?.cohort ?? -1]?.profile;
  if (profile?.radio === undefined) return false;
  const { sleep } = profile.radio;
  const crossesMs = HANDED_ON_MS + roundTripMs(profile);
  // Who hears of nothing until it speaks speaks for certain only as long as it samples.
  const everyMs = plan.entries[row?.entry ?? -1]?.everyMs ?? 0;
  const waitsMs = sleep === undefined ? 0 : (sleep.paging?.everyMs ?? everyMs);
  const until = sleep?.paging === null ? timeline.samplingEnd : timeline.end;
  return ackedAt + (crossesMs + waitsMs) * 1000 > until;
}
