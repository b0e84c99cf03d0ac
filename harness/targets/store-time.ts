/**
 * When a store says that a row came in, in whatever form it says so: a date, text, or a number of
 * which its size tells the unit.
 */

/** Seconds, milliseconds, microseconds or nanoseconds since 1970. */
const UNITS = [
  { below: 1e11, perMs: 1e-3 },
  { below: 1e14, perMs: 1 },
  { below: 1e17, perMs: 1e3 },
  { below: 1e20, perMs: 1e6 },
] as const;
const NUMBER = /^\d{9,20}(?:\.\d+)?$/;
const ZONE = /(?:Z|[+-]\d\d(?::?\d\d)?)$/i;

/** Milliseconds since 1970; null where it says nothing that can be read. */
export function storeTime(value: unknown): number | null {
  if (value instanceof Date) return finite(value.getTime());
  if (typeof value === 'number' || typeof value === 'bigint') return ofNumber(Number(value));
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (NUMBER.test(text)) return ofNumber(Number(text));
  // A day alone is no time at which a message came in.
  if (!/\d\d:\d\d/.test(text)) return null;
  // Databases leave the zone out and mean UTC; Date.parse would take that of this machine.
  const iso = text.replace(' ', 'T').replace(/\s+/g, '').replace(/UTC$/, 'Z');
  return finite(Date.parse(ZONE.test(iso) ? iso.replace(/([+-]\d\d)$/, '$1:00') : `${iso}Z`));
}

function ofNumber(value: number): number | null {
  const unit = UNITS.find(({ below }) => value < below);
  return value > 0 && unit !== undefined ? value / unit.perMs : null;
}

const finite = (ms: number): number | null => (Number.isFinite(ms) ? ms : null);
