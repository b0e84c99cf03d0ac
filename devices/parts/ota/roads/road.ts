/**
 * How a device hears of offers and tells how it fares, whatever is spoken on the way: messages, or
 * requests of its own. A road knows what its server says and no more; what comes of an offer is
 * decided by the part, which hands each road the same.
 */

import type { Channel, ChannelEvents } from '../../../channel.ts';
import type { Job } from '../../../firmware/job.ts';
import type { Updater } from '../../../firmware/updater.ts';
import type { Inbound, PartDevice } from '../../../part.ts';
import type { OtaState } from '../region.ts';

export interface Road {
  /** The device has connected, and may ask what there is for it. */
  online(): void;
  /** By these streams it hears now whatever its server says. */
  subscribed?(streams: readonly string[]): void;
  /** How it stands has changed, or was asked for. */
  say(): void;
  /** An update has ended, so that there may be another for it that it could not take before. */
  ended(): void;
  /** Nothing went to its server for so long. */
  isSilentFor(ms: number): boolean;
  /** It goes down: what was to be said is not said any more. */
  hush(): void;
  /** A message down, where it comes by messages. */
  inbox?(message: Inbound): void;
  /** Where the image of an offer lies, or its patch; null for not now: `free` says when. */
  pathOf(job: Job, isPatch: boolean): string | null;
  /** The connection over which it is loaded. */
  open(events: ChannelEvents): Channel;
}

/** What a road calls. */
export interface RoadEnds {
  state(): OtaState;
  /** It came up since its watchdog did, with what it had kept before. */
  fell(): boolean;
  offered(job: Job): void;
  calledOff(job: Job): void;
  /** The way to an image may be known now, and nothing else needs the connection. */
  free(): void;
}

export type RoadKind = (device: PartDevice, updater: Updater, ends: RoadEnds) => Road;
