/**
 * A protocol: what devices speak to the target. One file per kind in protocols/, found by the
 * catalog; MQTT is what is spoken where nothing else is said, and has a file like any other. A kind
 * says what the plan must know of it and makes the way of a device to the target (`Reach`).
 */
import { type Params, type ParamValues, stamp } from '#kernel';
import type { FleetContext } from './fleet-context.ts';
import type { Reach, ReachOwner } from './reach.ts';

export interface ProtocolKind {
  family: 'protocol';
  kind: string;
  summary: string;
  /** What a fleet entry may set of it. */
  params: Params;
  /** The channel that its connections are; left out where they are the first of their device. */
  channel?: string;
  /**
   * The target keeps something of a device between its connections, and can send to it. Where it
   * does not, nothing comes down, and there is neither a will nor presence.
   */
  sessions: boolean;
  /** So many messages of a device are under way at one time; left out, the target says. */
  window?: number;
  /** Where a target takes it, as the scenario says under `target.intake`. */
  intake?: ProtocolIntake;
  /** How one device reaches the target. */
  reach(fleet: FleetContext, owner: ReachOwner): Reach;
}

export interface ProtocolIntake {
  params: Params;
  /** What cannot be as it is written; `at` is the parameter. */
  problems?(params: ParamValues): readonly { at: string; message: string; hint?: string }[];
  /** The address where it leads, as a URL. */
  url(params: ParamValues): string;
}

export const defineProtocol = (kind: Omit<ProtocolKind, 'family'>): ProtocolKind =>
  stamp('protocol', { family: 'protocol', ...kind });
