/**
 * By how large a publish a probe measures a rate. Whoever judges what was measured must know it:
 * what else slowed the link took its share of the time.
 */
import { heldTo } from './guarantees.ts';
import type { Plan } from './plan.ts';

/** No target is sent more than this at once. */
export const BULK_BYTES = 8192;
/** Of its packet, what is not its payload. */
const AROUND_BYTES = 100;

export const bulkBytesOf = (plan: Pick<Plan, 'target'>): number =>
  Math.min(BULK_BYTES, heldTo(plan).packetBytes - AROUND_BYTES);
