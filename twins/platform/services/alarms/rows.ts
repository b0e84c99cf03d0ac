/** What the store has of alarms, row by row; times are the platform's unless they say otherwise. */
import type { AlarmAct, AlarmBounds } from '#kernel';
import type { State, Turn } from './machine.ts';

/** One for each rule over each device or place, from its first alarm on. */
export interface Instance {
  id: number;
  rule: string;
  subject: string;
  /** Under which it is listed. */
  device: string;
  state: State;
  /** How often it was raised. */
  number: number;
  /** Until when it is shelved; null while it is not. */
  until: number | null;
}

/** What is written into the history of an instance. */
export interface EventRow {
  /** Its place in the history of all. */
  place: number;
  instance: number;
  event: Turn | 'shelved' | 'unshelved' | 'refused' | 'annunciated';
  number: number;
  at: number;
  /** Empty where the platform does it by itself. */
  by: string;
  /** By which whoever asked knows it again. */
  token: string;
  /** Of what was refused: what was asked, and why not. */
  what: AlarmAct | '';
  why: string;
  /** Of what is told to a person: the place of that. */
  about: number;
  /** Of what is shelved. */
  until: number;
  /** Of what is raised or cleared, by the clock of the device. */
  since: number;
  moment: number;
}

/** A stretch with too many: of all of them a flood, of one instance chatter. */
export interface Stretch {
  place: number;
  kind: 'flood' | 'chatter';
  /** 0 for all. */
  instance: number;
  version: number;
  began: number;
  ends: number;
  /** How many it had, with those that made it one. */
  told: number;
}

/** By which bounds it goes, and what came before them: that does not count. */
export interface BoundsRow extends AlarmBounds {
  version: number;
  /** Of the last event before them. */
  place: number;
}
