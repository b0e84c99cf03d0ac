/**
 * When a run that should have passed may be tried again: only where it says itself that the machine
 * held our processes up. Whatever else makes a run invalid would come again, or is a fault of ours
 * that another try would hide.
 */
import type { Result } from '#reports';

const HELD_UP = / (?:stood still for|was saturated)/;

/** What the machine did to it, in a sentence; null where it did nothing. */
export function spoiltBy({ verdict, gear, checkers }: Result): string | null {
  if (verdict !== 'invalid' || gear === 'sim') return null;
  const own = checkers.find(({ id }) => id === 'harness-healthy');
  return own?.findings.find(({ message }) => HELD_UP.test(message))?.message ?? null;
}
