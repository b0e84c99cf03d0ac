/**
 * The store of a platform that is not ours, before the fleet starts: what opens it is looked up, and
 * it is read once, so that a wrong query is one clear error and not a run without a verdict.
 */
import { assert } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { type StoreAccess, tryStore } from '../../targets/store.ts';
import { storeFamily } from '../../targets/store-family.ts';
import { storeSecret } from '../../targets/store-secret.ts';
import type { RealRun } from './real-run.ts';

export async function reachStore(run: RealRun): Promise<StoreAccess | null> {
  const { store } = run.plan.target;
  if (store === undefined) return null;
  const { base, plugins, say } = run.request;
  const catalog = await loadCatalog([storeFamily], plugins);
  const kind = catalog.of(storeFamily).get(store.kind);
  assert(kind !== undefined, `store ${store.kind} is in the catalog`);
  const secret = storeSecret(store.params, base);
  const access = { secret, base, since: new Date().toISOString() };
  say(`reading the store of the target (${store.kind})`);
  await tryStore({ kind, store, access, run: run.id, now: () => run.clock.now() });
  return access;
}
