/**
 * How often the planted bug of a run did its harm, by the count of where it sits: the shards count
 * for their devices, the target for itself. It goes into the ledger, since whoever judges must
 * know of a bug that never fired: a run with it shows nothing.
 */
import type { Plan } from '#kernel';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import { firmwareFired } from './firmware.ts';
import type { ShardControl } from './shard.ts';

/** Once the shards have ended; null without a bug, and where nobody can tell. */
export async function countMutant(
  plan: Plan,
  ledger: LedgerWriter,
  shards: readonly ShardControl[],
  inTarget: () => Promise<number | null>,
): Promise<number | null> {
  const mutant = plan.firmware ?? plan.target.mutant;
  if (mutant === null) return null;
  const fired = firmwareFired(plan, shards) ?? (await inTarget());
  if (fired !== null) ledger.write('mutant', { fired, mutant });
  return fired;
}
