/** What the store has of acts, row by row. */
import type { ActOn } from '#kernel';

/** 0 where it guards nothing. */
export interface Guard {
  deadMs: number;
  most: number;
  overMs: number;
  fleetMost: number;
  fleetOverMs: number;
}

/** As it came. */
export interface Asks {
  rule: string;
  on: ActOn;
  do: unknown;
  guard: Guard;
}

export interface ActRow {
  name: string;
  began: number;
  asked: Asks;
}

export interface DecisionRow {
  place: number;
  key: string;
  act: string;
  rule: string;
  version: number;
  subject: string;
  device: string;
  /** The moment of the alarm. */
  at: number;
  /** By the clock of the platform, whole milliseconds. */
  decided: number;
  done: boolean;
  /** Empty where it is done. */
  why: string;
  /** The act that keeps what this one would set; empty for none. */
  by: string;
  /** The values that made the alarm so. */
  values: Readonly<Record<string, number | boolean>>;
}

export interface CommandRow {
  key: string;
  device: string;
  name: string;
  value: number;
  tries: number;
}
