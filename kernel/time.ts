/**
 * Time is handed in. Everything that waits or asks "when" in this product does it through `Clock`,
 * so that the same code runs in virtual time (an hour in seconds, repeatable) and in real time. All
 * instants are milliseconds since the run's start; the ledger keeps them as whole microseconds.
 */

/** Ends a timer; calling it twice, or after it fired, does nothing. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since the run's start. May carry a fraction in the real gear. */
  now(): number;
  /** Calls `action` once, `delayMs` from now. */
  after(delayMs: number, action: () => void): Cancel;
}

/** Whole microseconds, the ledger's unit. */
export const microseconds = (ms: number): number => Math.round(ms * 1000);

const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * `"250ms"`, `"8s"`, `"1.5m"`, `"1m30s"` to milliseconds; undefined when the text is no duration.
 */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*(us|ms|min|s|m|h|d)/gy)];
  const read = parts.map((part) => part[0]).join('');
  if (parts.length === 0 || read.length !== text.trim().length) return undefined;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNIT_MS[part[2] ?? ''] ?? 0), 0);
}

/** The shortest honest text of a duration: `"250ms"`, `"8s"`, `"1m30s"`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${trim(ms)}ms`;
  if (ms < 60_000) return `${trim(ms / 1000)}s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms - minutes * 60_000) / 1000;
  const hours = Math.floor(minutes / 60);
  const head = hours > 0 ? `${hours}h${minutes % 60 > 0 ? `${minutes % 60}m` : ''}` : `${minutes}m`;
  return seconds > 0 ? `${head}${trim(seconds)}s` : head;
}

function trim(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
