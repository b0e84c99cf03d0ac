/**
 * Whether a target handed out what was signed: of a release that nobody spoilt, a device finds
 * other bytes in its flash than it should only where something was done to them on their way.
 */
import { type FirmwarePlan, isCarried, type Plan } from '#kernel';
import { overlaps, type Timeline } from '../timeline.ts';
import { isOnTarget } from './hindered.ts';
import type { OtaAttempt } from './story.ts';

/** By the word of the device, once it had all of it. */
const OTHER_BYTES = 'wrong digest';
/** In microseconds: so long after it was over a fault might still be felt. */
const FELT = 10_000_000;

/** What a device loaded as a whole under one offer. */
export interface Served {
  attempt: OtaAttempt;
  /** Null where a fault may have changed it. */
  isTrue: boolean | null;
}

/** What a gateway hands on is told of elsewhere, and so is what came of another server. */
export function servedOf(
  attempts: readonly OtaAttempt[],
  device: number,
  { plan, timeline, sound }: { plan: Plan; timeline: Timeline; sound: ReadonlySet<string> },
): Served[] {
  if (isCarried(plan, device)) return [];
  return attempts
    .filter((one) => sound.has(one.campaign) && one.size > 0 && one.bytes >= one.size)
    .filter(({ endedAt }) => endedAt !== null)
    .map((attempt) => {
      if (attempt.why !== OTHER_BYTES) return { attempt, isTrue: true };
      const span = { from: attempt.beganAt - FELT, to: attempt.endedAt ?? attempt.beganAt };
      const faults = [
        ...timeline.faultsOn(device),
        ...timeline.faults.filter(({ plan: fault }) => isOnTarget(fault)),
      ];
      return { attempt, isTrue: faults.some((one) => overlaps(one, span)) ? null : false };
    });
}

/** Names of the releases that nobody spoilt. */
export const soundIn = (all: readonly FirmwarePlan[]): ReadonlySet<string> =>
  new Set(all.flatMap(({ campaign: { name, spoil } }) => (spoil === 'none' ? [name] : [])));
