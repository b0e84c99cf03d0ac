/**
 * What is never asked of a Toxiproxy, because the original dies of it or wedges: a negative rate, a
 * jitter beyond its integers, a slicer without sizes or one that may cut before the beginning, a
 * toxic that it does not know. Whoever drives one asks here first; the embedded engine refuses the
 * same in its strict mode.
 */
import type { Attributes } from './toxic.ts';
import { TOXIC_KINDS, toxicKind } from './toxic-kinds.ts';

/** In words, or null where there is no harm in it. */
export function deadlyIn(type: string, attributes: Attributes): string | null {
  const kind = TOXIC_KINDS.get(type);
  if (kind === undefined) return `there is no toxic '${type}'`;
  for (const [key, value] of Object.entries(attributes)) {
    const range = kind.attributes[key];
    if (range === undefined) return `${type} has no ${key}`;
    if (!Number.isSafeInteger(value)) return `${key} must be a whole number`;
    if (value < range.min || value > range.max)
      return `${key} must be between ${range.min} and ${range.max}`;
  }
  return type === 'slicer' ? deadlySizes(attributes) : null;
}

/** All zero is cut for ever; a variation above the average is cut at a negative place. */
function deadlySizes({ average_size = 0, size_variation = 0 }: Attributes): string | null {
  if (average_size < 1) return 'average_size must be at least 1';
  return size_variation > average_size ? 'size_variation must not exceed average_size' : null;
}

/** What a toxic really goes by: within its ranges, whatever is shown of it. */
export function harmless(type: string, attributes: Attributes): Attributes {
  const specs = toxicKind(type).attributes;
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => {
      const { min = value, max = value } = specs[key] ?? {};
      return [key, Math.min(max, Math.max(min, value))];
    }),
  );
}
