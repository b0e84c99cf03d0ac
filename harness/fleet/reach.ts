/**
 * How a device reaches the target: by a connection of its own, or through its carrier's. The
 * statechart wishes, whoever is behind this does, and what happens is told to the owner.
 */
import type { DeviceEvent } from '#devices';
import type { DevicePlan, EntryPlan } from '#kernel';
import type { DeviceMessages } from './device-messages.ts';
import type { DeviceParts } from './device-parts.ts';

/** An attempt to connect that takes longer is given up. */
export const CONNECT_TIMEOUT_MS = 10_000;

export interface Reach {
  readonly isOnline: boolean;
  /** Puts on the wire what waits. */
  pump(): void;
  /** The radio of whose it is carries again. */
  resume(): void;
  connect(attempt: number, clean: boolean): void;
  hangUp(why: string): void;
  abandon(why: string): void;
  /** For good. */
  end(): void;
}

/** Whose it is. */
export interface ReachOwner {
  readonly index: number;
  readonly device: DevicePlan;
  readonly entry: EntryPlan;
  readonly parts: DeviceParts;
  readonly messages: DeviceMessages;
  tell(event: DeviceEvent): void;
}
