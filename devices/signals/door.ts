/**
 * When a door stands open. Each 10-minute block of scenario time has a draw of its own, so openings
 * can be asked for in any order; at most one falls into a block and it ends within it.
 */
import { unitAt } from '#kernel';

export interface DoorHabits {
  /** Openings an hour at the busiest time of day. */
  openingsPerHour: number;
  /** Mean length of an opening. */
  openMs: number;
  hourAtStart: number;
}

export interface Opening {
  from: number;
  to: number;
}

const BLOCK_MS = 600_000;
const BLOCKS_PER_HOUR = 6;
const OPEN_MS_MIN = 3000;
const OPEN_MS_MAX = 180_000;

export const doorBlock = (t: number): number => Math.floor(t / BLOCK_MS);

/** The opening within a block, or null. Whole milliseconds. */
export function openingIn(block: number, key: number, habits: DoorHabits): Opening | null {
  const from = block * BLOCK_MS;
  const hour = (((habits.hourAtStart + from / 3_600_000) % 24) + 24) % 24;
  const chance = (habits.openingsPerHour * busyShare(hour)) / BLOCKS_PER_HOUR;
  if (unitAt(key, block * 3) >= chance) return null;
  const drawnMs = -habits.openMs * Math.log(1 - unitAt(key, block * 3 + 1));
  const openMs = Math.round(Math.min(OPEN_MS_MAX, Math.max(OPEN_MS_MIN, drawnMs)));
  const start = from + Math.floor(unitAt(key, block * 3 + 2) * (BLOCK_MS - openMs));
  return { from: start, to: start + openMs };
}

/** By day as often as people come, by night a tenth of it. */
const busyShare = (hour: number): number => (hour >= 7 && hour < 20 ? 1 : 0.1);
