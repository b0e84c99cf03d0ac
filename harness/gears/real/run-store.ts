/**
 * What stands behind a target that is not ours, before the fleet starts: what opens it is looked
 * up, and the store is read once, so that a wrong query is one clear error and no run without a
 * verdict.
 */
import { assert } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { type StoreAccess, tryStore } from '../../targets/store.ts';
import { storeFamily } from '../../targets/store-family.ts';
import { storeSecret } from '../../targets/store-secret.ts';
import type { RealRun } from './real-run.ts';

/** Null where the plan has no such thing. */
export interface BehindAccess {
  store: StoreAccess | null;
  presence: StoreAccess | null;
}

export async function reachBehind(run: RealRun): Promise<BehindAccess> {
  const { presence } = run.plan.target;
  const { base } = run.request;
  const since = new Date().toISOString();
  return {
    store: await reachStore(run, since),
    presence: presence === undefined ? null : { secret: storeSecret(presence, base), base, since },
  };
}

async function reachStore(run: RealRun, since: string): Promise<StoreAccess | null> {
  const { devices, target } = run.plan;
  const { store } = target;
  if (store === undefined) return null;
  const { base, plugins, say } = run.request;
  const catalog = await loadCatalog([storeFamily], plugins);
  const kind = catalog.of(storeFamily).get(store.kind);
  assert(kind !== undefined, `store ${store.kind} is in the catalog`);
  const access = { secret: storeSecret(store.params, base), base, since };
  say(`reading the store of the target (${store.kind})`);
  const first = devices.slice(0, 1).map(({ id }) => id);
  await tryStore({ kind, store, access, run: run.id, now: () => run.clock.now() }, first);
  return access;
}
