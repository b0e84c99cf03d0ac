/**
 * A kind of store: how it is opened and read. One file per kind in stores/, found by the catalog.
 * Where it is and what opens it may be a secret, which is handed in and never said again.
 */
import { type ParamValues, type StorePlan, stamp, WorldError } from '#kernel';
import { STORE_PARAMS, type StoreWords } from '../plan/store-words.ts';
import type { Keeper, KeptRow, KeptWish } from '../watch/keeper.ts';
import { storeTime } from './store-time.ts';

export interface StoreContext {
  params: ParamValues;
  /** What the environment or a file says, where the scenario names one; else null. */
  secret: string | null;
  /** Folder against which files of the scenario are resolved. */
  base: string;
  run: string;
  /** When the run was begun, as ISO 8601 in UTC. */
  since: string;
  /** Names of the streams that it keeps. */
  streams: readonly string[];
}

/** What is thrown becomes the reason why it could not be read. */
export interface OpenStore {
  read(wish: KeptWish, take: (rows: readonly KeptRow[]) => void): Promise<void>;
}

export interface StoreKind extends StoreWords {
  family: 'store';
  open(context: StoreContext): OpenStore;
}

export const defineStore = (kind: Omit<StoreKind, 'family'>): StoreKind =>
  stamp('store', { family: 'store', ...kind, params: { ...STORE_PARAMS, ...kind.params } });

/** A store of the plan, opened in one process of the run. */
export interface KeeperRequest {
  kind: StoreKind;
  store: StorePlan;
  access: StoreAccess;
  run: string;
  /** Milliseconds of the run. */
  now(): number;
}

/** What goes to a shard beside the plan. */
export interface StoreAccess {
  secret: string | null;
  base: string;
  since: string;
}

export function keeperOf({ kind, store, access, run, now }: KeeperRequest): Keeper {
  const opened = kind.open({ params: store.params, streams: store.streams, ...access, run });
  return {
    zeroAt: () => Date.now() - now(),
    read: async (wish, take) => {
      try {
        await opened.read(wish, (rows) => take(rows.map(timed)));
      } catch (error) {
        throw new Error(withoutSecret((error as Error).message, access.secret));
      }
    },
  };
}

const timed = (row: KeptRow): KeptRow => ('at' in row ? { ...row, at: storeTime(row.at) } : row);

/**
 * Whatever a client says of its troubles: neither the secret nor a password in it, nor its last
 * word, since a server may know `Bearer` and say the rest alone.
 */
export function withoutSecret(text: string, secret: string | null): string {
  if (secret === null) return text;
  const { password = '' } = URL.parse(secret) ?? {};
  const word = secret.split(/\s+/).at(-1) ?? '';
  const hidden = [secret, word, password, decoded(password)].filter((one) => one.length > 0);
  return hidden.reduce((said, one) => said.replaceAll(one, '…'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Tried before anything is measured: what cannot be read then is a mistake, and no verdict. Where
 * it is asked for each device, `devices` are those that it is tried on.
 */
export async function tryStore(request: KeeperRequest, devices: readonly string[]): Promise<void> {
  let rows = 0;
  try {
    await keeperOf(request).read({ devices }, (page) => {
      rows += page.length;
    });
  } catch (error) {
    throw new WorldError(
      'store',
      `the store of the target cannot be read: ${(error as Error).message}`,
      `look at target.store.${request.store.kind}`,
    );
  }
  if (rows === 0) return;
  throw new WorldError(
    'store',
    `the store of the target holds ${rows} rows of this run, which has not begun`,
    'its query must choose by {run} or {since}, or rows of other runs would count',
  );
}
