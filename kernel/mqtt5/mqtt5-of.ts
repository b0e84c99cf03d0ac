/** What a plan makes of MQTT 5: asked of the whole of it, and null where 3.1.1 is spoken. */

import type { EntryPlan, Plan, TargetPlan } from '../plan/plan.ts';
import { streamOf } from '../plan/streams.ts';
import type { Mqtt5Plan } from './mqtt5.ts';

/** Whatever knows how the target is spoken to. */
export interface Spoken {
  target: Pick<TargetPlan, 'mqtt'>;
}

export const speaks5 = ({ target }: Spoken): boolean => target.mqtt === '5';

/** What the devices of an entry make of version 5; null where 3.1.1 is spoken. */
export const mqtt5Of = (plan: Spoken, entry: EntryPlan): Mqtt5Plan | null =>
  speaks5(plan) ? (entry.mqtt5 ?? {}) : null;

/** After how many seconds a message is worth nothing any more; null where that is never. */
export function expiryOf(plan: Plan, device: number, stream: number): number | null {
  if (!speaks5(plan)) return null;
  const known = streamOf(plan, stream);
  if (known?.way === 'down') return known.expiryS ?? null;
  // The target publishes a will, and what it is armed with does not grow old.
  if (known?.schedule.by === 'attempt') return null;
  return plan.entries[plan.devices[device]?.entry ?? -1]?.mqtt5?.expiryS ?? null;
}
