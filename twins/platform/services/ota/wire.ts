/** What a device says of its firmware, and how that lies in a message. */
import { isVersion } from '#kernel';

export interface Status {
  version: string;
  /** The artefacts that it has kept, each with its version. */
  uses: string;
  /** What it is about, empty for nothing. */
  campaign: string;
  attempt: number;
  /** How far it is with that; nothing where it does not say. */
  state: string;
  /** How the last one ended; null before the first. */
  last: { campaign: string; attempt: number; status: string; why: string } | null;
  /** It has just connected, or is free for another, and asks what there is for it. */
  ask: boolean;
  /** Nobody restarted it: it came up since its watchdog did, with what it has. */
  fell: boolean;
}

const TEXT_MAX = 64;
const ENDINGS = ['confirmed', 'failed', 'rolled-back'];

/** Null for what cannot be read. */
export function readStatus(payload: Uint8Array): Status | null {
  try {
    const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: Record<string, unknown> };
    const { version, uses = '', campaign, attempt, state, last = null, ask, fell } = v;
    if (!isVersion(version) || !isText(campaign) || !isCount(attempt)) return null;
    if (!isText(uses)) return null;
    const about = { campaign, attempt, state: isText(state) ? state : '' };
    const said = { version, uses, ...about, last: lastOf(last) };
    return { ...said, ask: ask === true, fell: fell === true };
  } catch {
    return null;
  }
}

function lastOf(value: unknown): Status['last'] {
  if (typeof value !== 'object' || value === null) return null;
  const { campaign, attempt, status, why } = value as Record<string, unknown>;
  if (!isText(campaign) || !isCount(attempt) || !isText(status) || !isText(why)) return null;
  return ENDINGS.includes(status) ? { campaign, attempt, status, why } : null;
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= TEXT_MAX;

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
