/** What a command line asks of a scenario that cannot be had of it. */
import type { Problem } from '#kernel';

export function requestProblems({ devices }: { devices: number | null }): Problem[] {
  if (devices === null || devices >= 1) return [];
  return [{ code: 'devices', message: '--devices must be at least 1' }];
}
