/**
 * What is to follow from alarms, as it is asked for over HTTP: whatever comes is refused unless
 * each part of it can be gone by.
 */
import { ACT_ON } from '#kernel';
import { type Deed, fieldsOf } from './doings/doing.ts';
import { readDeed } from './doings/doings.ts';
import type { Asks, Guard } from './rows.ts';

export interface Act extends Omit<Asks, 'do'> {
  name: string;
  from: number;
  deed: Deed;
  asked: Asks;
}

const DAY_MS = 86_400_000;
const MOST = 1_000_000;
export const NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/** Why it is none, or what it asks for. */
export function readAsks(body: unknown): string | Asks {
  const { rule, on = 'raised', do: does, guard } = fieldsOf(body);
  if (typeof rule !== 'string' || !NAME.test(rule)) return 'rule is the name of a rule';
  const which = ACT_ON.find((one) => one === on);
  if (which === undefined) return `on is ${ACT_ON.join(' or ')}`;
  const deed = readDeed(does);
  if (typeof deed === 'string') return deed;
  const guardRead = readGuard(guard);
  if (typeof guardRead === 'string') return guardRead;
  return { rule, on: which, do: does, guard: guardRead };
}

function readGuard(given: unknown): string | Guard {
  const fields = fieldsOf(given);
  const { deadMs = 0, overMs = 0, fleetOverMs = 0, most = 0, fleetMost = 0 } = fields;
  if (![deadMs, overMs, fleetOverMs].every((one) => isWhole(one, DAY_MS))) {
    return `spans of a guard are whole, from 0 to ${DAY_MS}`;
  }
  if (![most, fleetMost].every((one) => isWhole(one, MOST))) return 'most is a whole number';
  const guard = { deadMs, most, overMs, fleetMost, fleetOverMs } as Guard;
  const isHalf = guard.most > 0 !== guard.overMs > 0;
  const isHalfOfAll = guard.fleetMost > 0 !== guard.fleetOverMs > 0;
  return isHalf || isHalfOfAll ? 'most and over belong together' : guard;
}

const isWhole = (value: unknown, most: number): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most;

/** One that was taken before reads as it did then. */
export function actOf(name: string, from: number, asked: Asks): Act {
  const deed = readDeed(asked.do);
  const { rule, on, guard } = asked;
  const none: Deed = { aims: {}, perform: () => 'refused' };
  return { name, from, rule, on, guard, deed: typeof deed === 'string' ? none : deed, asked };
}

export const isSame = (one: Asks, other: Asks): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
