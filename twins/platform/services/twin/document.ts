/**
 * A document of a twin: what may be in one, what a patch makes of it (RFC 7396: null takes a key
 * away, an object goes into an object, anything else takes the place of what was there), and what
 * of it a device does not have yet.
 */

export type Document = Readonly<Record<string, unknown>>;

/** Bytes of its JSON. */
export const DOCUMENT_MAX_BYTES = 8 * 1024;
/** An object within a document is one deeper than what holds it. */
const DEPTH_MAX = 8;
const KEY_MAX = 64;

const isDocument = (value: unknown): value is Document =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Why this is no patch, or null for one that may be tried. */
export function patchFlaw(patch: unknown): string | null {
  return isDocument(patch) ? valueFlaw(patch, 1, true) : 'a patch is an object';
}

function valueFlaw(value: unknown, depth: number, isKeyed: boolean): string | null {
  if (value === null) return isKeyed ? null : 'null stands in an array';
  if (typeof value !== 'object') return null;
  if (depth > DEPTH_MAX) return `deeper than ${DEPTH_MAX}`;
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    if (!isList) {
      if (key === '' || key.length > KEY_MAX) return `a key has 1 to ${KEY_MAX} characters`;
      if (key === '__proto__') return 'a key is called __proto__';
    }
    const flaw = valueFlaw(inner, depth + 1, isKeyed && !isList);
    if (flaw !== null) return flaw;
  }
  return null;
}

export function patched(document: Document, patch: Document): Document {
  const result = new Map(Object.entries(document));
  for (const [key, value] of Object.entries(patch)) {
    const before = result.get(key);
    if (value === null) result.delete(key);
    else if (isDocument(value)) result.set(key, patched(isDocument(before) ? before : {}, value));
    else result.set(key, value);
  }
  return Object.fromEntries(result);
}

/** The same JSON, in whatever order its keys were written. */
export const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, one: unknown) =>
      isDocument(one)
        ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
        : one,
    ) ?? ''
  );
}
