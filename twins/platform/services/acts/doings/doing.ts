/**
 * A way of doing something by itself: commanding a device, changing its twin, holding a campaign,
 * telling somebody outside. One file per way beside this one, and a line in `doings.ts`; it is
 * asked for under its own word.
 */
import type { HeldWhy } from '#kernel';
import type { ServicePorts } from '../../../service.ts';
import type { Outbox } from '../../../store/outbox.ts';
import type { Courier } from '../courier.ts';

/** What follows from an alarm, before it is done. */
export interface Cause {
  key: string;
  act: string;
  rule: string;
  version: number;
  subject: string;
  /** Under which the alarm is listed: the subject itself, or one of a place. */
  device: string;
  at: number;
  decided: number;
}

/** With what made it so. */
export interface Because extends Cause {
  values: Readonly<Record<string, number | boolean>>;
}

export interface Tools {
  ports: ServicePorts;
  courier: Courier;
  outbox: Outbox;
}

/** Something to do, as it was asked for. */
export interface Deed {
  /** What it sets of a device, by name. */
  aims: Readonly<Record<string, number>>;
  /** Inside the transaction of the alarm. Null where it is done, else why it is not. */
  perform(cause: Because, tools: Tools): HeldWhy | null;
}

export interface Doing {
  word: string;
  /** Why it cannot be, or what is to be done. */
  read(asked: unknown): string | Deed;
}

/** What may be the name of something to set. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/.test(value);

export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

export const fieldsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
