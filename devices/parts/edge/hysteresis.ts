/**
 * Two-point control: below the band what heats is switched on, above it off; within it, it stays
 * as it is. What cools is the other way round.
 */
import type { Settings } from './settings.ts';

export const WAYS = ['heats', 'cools'] as const;
export type Way = (typeof WAYS)[number];

/** On, off, or null where it stays as it is. */
export function wantedAt(
  value: number,
  { setpoint, hysteresis }: Settings,
  way: Way,
): boolean | null {
  const half = hysteresis / 2;
  if (value <= setpoint - half) return way === 'heats';
  return value >= setpoint + half ? way === 'cools' : null;
}
