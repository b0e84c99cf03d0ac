/**
 * A moment as people write it: a phase, a phase and a duration after it, or a duration since the
 * run's start. What a phase begins at is decided by the lengths that the file gives.
 */
import { parseSpan } from '#kernel';

export const PHASES = ['run', 'warmup', 'steady', 'chaos', 'settle'] as const;
export interface Instant {
  phase: (typeof PHASES)[number];
  offsetMs: number;
}

/** `"chaos"`, `"chaos+5s"` or, since the run's start, `"12s"`. */
export function parseInstant(raw: unknown): Instant | undefined {
  if (typeof raw !== 'string' || raw.length > 80) return undefined;
  const match = /^\s*([a-z]+)\s*(?:\+\s*(.*))?$/s.exec(raw);
  const phase = PHASES.find((name) => name === match?.[1]);
  const offsetMs = phase === undefined ? parseSpan(raw) : parseSpan(match?.[2] ?? '0s');
  return offsetMs === undefined ? undefined : { phase: phase ?? 'run', offsetMs };
}
