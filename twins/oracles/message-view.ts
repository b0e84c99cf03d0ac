/**
 * A message as folds and checkers see it: what was planned, what happened, and what it amounts to.
 */
import type { Qos } from '#kernel';

export type Fate = 'delivered' | 'lost' | 'refused' | 'not-sent' | 'info';

/** Whether the target owes the message: see standing.ts. `none`: never acknowledged, or QoS 0. */
export type StandingKind = 'owed' | 'not-owed' | 'undecided' | 'none';

/** A message as it stands; the same object is used again for the next one. */
export interface MessageView {
  device: number;
  stream: number;
  n: number;
  qos: Qos;
  /** Microseconds; -1 where neither the plan nor a `sent` entry tells it. */
  intended: number;
  flags: number;
  sentCount: number;
  seenCount: number;
  sentAt: number;
  ackedAt: number;
  seenAt: number;
  hash: number;
  fate: Fate;
  /** Why it is in that class, where that is not plain. */
  why: string;
  standing: StandingKind;
}

export const emptyView = (): MessageView => ({
  device: -1,
  stream: -1,
  n: 0,
  qos: 0,
  intended: -1,
  flags: 0,
  sentCount: 0,
  seenCount: 0,
  sentAt: 0,
  ackedAt: 0,
  seenAt: 0,
  hash: 0,
  fate: 'info',
  why: '',
  standing: 'none',
});
