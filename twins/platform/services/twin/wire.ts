/** What goes over the wire between a twin and its device: deltas down, reports up. */
import { DOCUMENT_MAX_BYTES, type Document, isSame, patchFlaw } from './document.ts';
import type { TwinRow } from './tables.ts';

/** What goes down to a device. */
export interface Delta {
  version: number;
  /** Whoever has this version, or a later one, has all of `version` with what is in here. */
  since: number;
  desired: Document;
  /** Because the device asked, or because of a change. */
  isAsked: boolean;
}

/** A key that the device has refused is not offered to it again before somebody changes it. */
export function deltaOf(twin: TwinRow, isAsked: boolean): Delta {
  const { version, desired, changed, reported, refused, known } = twin;
  const isMissing = (key: string): boolean => {
    if ((changed[key] ?? 0) > known) return true;
    return !Object.hasOwn(refused, key) && !isSame(reported[key], desired[key]);
  };
  const missing = Object.entries(desired).filter(([key]) => isMissing(key));
  return {
    version,
    since: Math.min(known, version),
    desired: Object.fromEntries(missing),
    isAsked,
  };
}

export interface Report {
  version: number;
  settings: Document;
  refused: Document;
  ask: boolean;
}

/** Null for what cannot be read: it is kept as a message, and says nothing of a twin. */
export function readReport(payload: Uint8Array): Report | null {
  try {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: Record<string, unknown> };
    const { version, settings, refused = {}, ask } = v;
    const isSized = payload.length <= 4 * DOCUMENT_MAX_BYTES;
    if (!isSized || !Number.isSafeInteger(version) || Number(version) < 0) return null;
    if (patchFlaw(settings) !== null || patchFlaw(refused) !== null) return null;
    return {
      version: Number(version),
      settings: settings as Document,
      refused: refused as Document,
      ask: ask === true,
    };
  } catch {
    return null;
  }
}
