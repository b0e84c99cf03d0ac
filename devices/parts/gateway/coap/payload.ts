/**
 * What a resource of an observed child says: the number of the reading and the values of its
 * signals, as JSON. A gateway that observes several resources of a child tells by the number what
 * belongs together. It goes in one datagram: block-wise transfer (RFC 7959) is not played.
 */

/** What a message may carry at most where nothing is known of the path (RFC 7252, 4.6). */
export const PAYLOAD_MAX = 1024;
/** The longest that a number is as text, and that a reading's number is. */
const NUMBER_CHARS = 24;
const BARE_CHARS = '{"n":,"v":{}}'.length + NUMBER_CHARS;

export interface Reading {
  n: number;
  values: Readonly<Record<string, number>>;
}

export const payloadOf = (n: number, values: Reading['values']): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ n, v: values }));

/** Null where nobody can read it. */
export function readingOf(payload: Uint8Array): Reading | null {
  try {
    const said = JSON.parse(new TextDecoder().decode(payload)) as { n?: unknown; v?: unknown };
    const { n, v } = said ?? {};
    if (!Number.isInteger(n) || typeof v !== 'object' || v === null) return null;
    const values = Object.entries(v).filter(([, value]) => Number.isFinite(value));
    return { n: n as number, values: Object.fromEntries(values) as Record<string, number> };
  } catch {
    return null;
  }
}

/** So many bytes at most for values of these signals. */
export const bytesMaxOf = (signals: readonly string[]): number =>
  signals.reduce(
    (sum, signal) =>
      sum + new TextEncoder().encode(JSON.stringify(signal)).length + NUMBER_CHARS + 2,
    BARE_CHARS,
  );
