/**
 * Damage to a payload that keeps it readable: a bug worth planting is one that parsing alone does
 * not find.
 */

const ZERO = 48;
const NINE = 57;

/** The last digit made another one; for a payload without digits, its last byte changed. */
export function withFlippedDigit(payload: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(payload);
  for (let i = changed.length - 1; i >= 0; i--) {
    const byte = changed[i] ?? 0;
    if (byte < ZERO || byte > NINE) continue;
    // Odd and even change places, so it stays a digit.
    changed[i] = ZERO + ((byte - ZERO) ^ 1);
    return changed;
  }
  const last = changed.length - 1;
  if (last >= 0) changed[last] = (changed[last] ?? 0) ^ 1;
  return changed;
}

/** The same envelope with each number that it says lowered; what is no envelope, as it is. */
export function withLess(payload: Uint8Array, by = 1.5): Uint8Array {
  const text = new TextDecoder().decode(payload);
  try {
    const envelope = JSON.parse(text) as { v: Record<string, unknown> };
    const less = Object.entries(envelope.v).map(([name, one]) => [
      name,
      typeof one === 'number' ? one - by : one,
    ]);
    return new TextEncoder().encode(JSON.stringify({ ...envelope, v: Object.fromEntries(less) }));
  } catch {
    return payload;
  }
}

/** The same envelope with its index moved on; null for what is no envelope. */
export function withOtherIndex(payload: Uint8Array, offset: number): Uint8Array | null {
  const found = indexIn(payload);
  if (found === null) return null;
  return new TextEncoder().encode(`{"n":${found.n + offset},${found.rest}`);
}

/** The index of an envelope, and what stands behind it; null for what is no envelope. */
export function indexIn(payload: Uint8Array): { n: number; rest: string } | null {
  const text = new TextDecoder().decode(payload);
  const match = /^\{"n":(\d+),/.exec(text);
  return match === null ? null : { n: Number(match[1]), rest: text.slice(match[0].length) };
}
