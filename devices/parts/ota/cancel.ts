/**
 * A campaign is called off: whoever has not begun to write over the other bank leaves off, also one
 * that has never heard of the offer; who has goes on, and says how that ended.
 */
import type { Ended, Job } from '../../firmware/job.ts';
import { isOver } from './offer.ts';
import type { OtaState } from './region.ts';

/** Why an update has failed that was called off. */
export const CANCELLED = 'cancelled';

const LATE: readonly OtaState[] = ['installing', 'rebooting', 'testing'];

export function mayLeaveOff(
  offer: Job,
  { job, last }: { job: Job | null; last: Ended | null },
  state: OtaState,
): boolean {
  if (isOver(offer, last) || LATE.includes(state)) return false;
  return job === null || (job.campaign === offer.campaign && job.attempt === offer.attempt);
}
