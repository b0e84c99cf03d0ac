/**
 * What devices speak to the target, where that is not MQTT. A protocol without sessions leaves the
 * target nothing of a device: no subscription, so nothing comes down, no queue, no will, and no
 * presence. Whoever judges such things asks here, and never which protocol it is.
 */
import type { ParamValues } from '../plugins/params.ts';

export interface ProtocolPlan {
  kind: string;
  /** What its kind takes, read. */
  params: ParamValues;
  /** The channel that its connections are; null where they are the first one of their device. */
  channel: string | null;
  /** The target keeps something of a device between its connections, and can send to it. */
  sessions: boolean;
  /** What is sent by it goes past observers too; else the store alone tells what arrived. */
  watched: boolean;
  /** So many messages of a device are under way at one time; null where the target says. */
  window: number | null;
}

interface Speakers {
  entries: readonly { protocol?: ProtocolPlan }[];
  devices: readonly { entry: number }[];
}

const protocolOf = ({ entries, devices }: Speakers, device: number): ProtocolPlan | undefined =>
  entries[devices[device]?.entry ?? -1]?.protocol;

export const hasSession = (plan: Speakers, device: number): boolean =>
  protocolOf(plan, device)?.sessions !== false;

/** Whether observers see what it sends. */
export const isWatched = (plan: Speakers, device: number): boolean =>
  protocolOf(plan, device)?.watched !== false;

/** What its protocol allows a device at one time; null where the target alone says. */
export const ownWindowOf = (plan: Speakers, device: number): number | null =>
  protocolOf(plan, device)?.window ?? null;
