/**
 * What a device had subscribed to at an instant, as the target granted it. Without a grant a target
 * owes the device nothing, and no more than the QoS that it granted.
 */
import { type Qos, SUBSCRIPTION_REFUSED } from '#kernel';
import type { DeviceLife } from './connections.ts';
import type { Timeline } from './timeline.ts';

export type Subscription =
  | { kind: 'granted'; qos: Qos }
  /** None yet in this session, refused, or in a session of which nobody told what it holds. */
  | { kind: 'none' | 'refused' | 'unknown' }
  /** The ledger does not tell grants at all. */
  | { kind: 'untold' };

export function subscriptionAt(
  { tellsGrants }: Pick<Timeline, 'tellsGrants'>,
  life: DeviceLife,
  t: number,
): Subscription {
  if (!tellsGrants) return { kind: 'untold' };
  const connection = life.connections.findLast((one) => one.from <= t);
  if (connection === undefined) return { kind: 'none' };
  const grant = connection.grants.findLast((one) => one.t <= t);
  if (grant === undefined) return { kind: connection.present ? 'unknown' : 'none' };
  if (grant.granted >= SUBSCRIPTION_REFUSED) return { kind: 'refused' };
  return { kind: 'granted', qos: grant.granted as Qos };
}
