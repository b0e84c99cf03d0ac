/**
 * A planted bug of the devices, in a run: which one it is, and how often it did its harm. Each
 * shard plants it in its own devices and counts for itself.
 */
import { assert, type Catalog, type Mutant, mutantFamily, type Plan } from '#kernel';
import type { ShardControl } from './shard.ts';

export function firmwareOf({ firmware }: Plan, catalog: Catalog): Mutant | null {
  if (firmware === null) return null;
  const mutant = catalog.of(mutantFamily).get(firmware);
  assert(mutant !== undefined, `mutant ${firmware} was in the catalog when the plan was made`);
  return mutant;
}

/** Over all shards, once they have ended; null for honest firmware. */
export const firmwareFired = (
  { firmware = null }: Plan,
  shards: readonly ShardControl[],
): number | null =>
  firmware === null ? null : shards.reduce((sum, shard) => sum + shard.stats().fired, 0);
