/** What the store has of rules, row by row; times of readings and moments are the device's. */
import type { Values } from './condition.ts';

export interface VersionRow {
  name: string;
  version: number;
  /** When it was asked for, on the platform's clock: what came before is none of its business. */
  began: number;
  /** As JSON. */
  asked: string;
}

/** What came of a device. */
export interface Heard {
  device: string;
  /** Of the latest reading; -1 before the first. */
  last: number;
  n: number;
  /** When that came, by the platform. */
  received: number;
  /** Readings that came after a later one. */
  late: number;
  /** Readings that were set aside, since they said that they are of a time to come. */
  ahead: number;
}

export interface Reading {
  place: number;
  device: string;
  n: number;
  /** By the device, and by the platform; whole milliseconds. */
  at: number;
  received: number;
  /** It came after a later one. */
  isLate: boolean;
  values: Values;
}

/** How far a rule is with a device or a place. */
export interface Course {
  rule: string;
  subject: string;
  /** Under which it is listed. */
  device: string;
  /** Since when it has been so; null while it is not. */
  since: number | null;
  /** Since when the alarm has been over; null while it is not. */
  over: number | null;
  /** The alarm that stands; null for none. */
  alarm: number | null;
  /** Of the rule, when it last looked; 0 before the first. */
  version: number;
  /** Where its next window begins; null before its first. */
  next: number | null;
  /** Readings that came for a window that was over. */
  missed: number;
}

export interface AlarmRow {
  rule: string;
  subject: string;
  /** Under which it is listed. */
  device: string;
  since: number;
  at: number;
  raised: number;
  cleared: number | null;
}
