/**
 * What makes the image of a campaign of another one, for devices that have that: taken beside the
 * image and handed out beside it.
 */
import type { Sql } from '../../store/store.ts';

export const PATCH_SCHEMA = `
  CREATE TABLE IF NOT EXISTS ota_patches(
    campaign TEXT PRIMARY KEY, patch BLOB NOT NULL) WITHOUT ROWID;
`;

/** Before the path of an image, and behind it. */
const [OWN, DELTA] = ['/ota/', '/delta'];
/** The same as hawkBit would call it. */
const MODULE =
  /^\/[^/]+\/controller\/v1\/[^/]+\/softwaremodules\/([^/]+)\/artifacts\/(image|patch)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const CHARS_MAX = 700_000;

export function patchTable(sql: Sql) {
  const add = sql.prepare('INSERT INTO ota_patches VALUES(?,?)');
  const get = sql.prepare<{ patch: Uint8Array }>('SELECT patch FROM ota_patches WHERE campaign=?');
  return {
    add: (campaign: string, patch: Uint8Array): void => void add.run(campaign, patch),
    get: (campaign: string): Uint8Array | null => get.all(campaign)[0]?.patch ?? null,
  };
}

/** Null where there is none. */
export function readPatch(
  body: unknown,
  refuse: (status: 400, why: string) => never,
): Uint8Array | null {
  const { patch } = Object(body) as Record<string, unknown>;
  if (patch === undefined) return null;
  if (typeof patch !== 'string' || patch.length > CHARS_MAX || !BASE64.test(patch)) {
    return refuse(400, `patch is base64 of up to ${CHARS_MAX} characters`);
  }
  return Buffer.from(patch, 'base64');
}

/** Of which campaign something is asked for, and whether that is its patch. */
export const askedIn = (path: string): { campaign: string; isPatch: boolean } => {
  const [, module, file] = MODULE.exec(path) ?? [];
  if (module !== undefined) return { campaign: module, isPatch: file === 'patch' };
  const isPatch = path.endsWith(DELTA);
  const campaign = path.startsWith(OWN) ? path.slice(OWN.length) : '';
  return { campaign: isPatch ? campaign.slice(0, -DELTA.length) : campaign, isPatch };
};
