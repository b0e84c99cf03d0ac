/**
 * How firmware names what its device measures, where it does so otherwise than the firmware that
 * came before it: the schema of its readings. A reading says by which it goes, so that whoever
 * knows both can tell.
 */
export interface Speech {
  /** Of the firmware that devices left the factory with it is 1, and its readings do not say it. */
  schema: number;
  /** By signal, the name by which it is said now. */
  renames: Readonly<Record<string, string>>;
  /** What is said no longer. */
  drops: readonly string[];
  /** What has a new name is said by its old one as well. */
  keeps: boolean;
}

/** What a reading calls the number of its schema. */
export const SCHEMA_FIELD = 'schema';

/** The schema of readings that do not say any. */
export const FACTORY_SCHEMA = 1;

const NAMES_MAX = 16;
const SIGNAL = /^[a-zA-Z][a-zA-Z0-9_-]{0,31}$/;

export const isSignalName = (value: unknown): value is string =>
  typeof value === 'string' && SIGNAL.test(value) && value !== SCHEMA_FIELD;

/** Null for whatever is none. */
export function readSpeech(value: unknown): Speech | null {
  if (typeof value !== 'object' || value === null) return null;
  const { schema, renames, drops, keeps } = value as Record<string, unknown>;
  if (!Number.isSafeInteger(schema) || Number(schema) <= FACTORY_SCHEMA) return null;
  if (typeof renames !== 'object' || renames === null || typeof keeps !== 'boolean') return null;
  const pairs = Object.entries(renames);
  if (pairs.length > NAMES_MAX || !pairs.flat().every(isSignalName)) return null;
  if (!Array.isArray(drops) || drops.length > NAMES_MAX || !drops.every(isSignalName)) return null;
  return { schema: Number(schema), renames: Object.fromEntries(pairs), drops, keeps };
}
