/** The target of a real run: started as its kind says, and asked at the end what a mutant did. */
import { assert } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { httpQueries } from '../../targets/http-queries.ts';
import type { RunningTarget } from '../../targets/target.ts';
import { targetFamily } from '../../targets/target-family.ts';
import type { RealRun } from './real-run.ts';

export async function startTarget(run: RealRun): Promise<RunningTarget> {
  const catalog = await loadCatalog([targetFamily], run.request.plugins);
  const kind = catalog.of(targetFamily).get(run.plan.target.kind);
  assert(kind !== undefined, `target kind ${run.plan.target.kind} is in the catalog`);
  let target: RunningTarget | null = null;
  run.undo.register(`the target ${run.plan.target.name}`, () => target?.stop());
  target = await kind.start({
    plan: run.plan,
    directory: run.directory,
    processes: run.processes,
    run: run.id,
    secret: run.secret,
    base: run.request.base,
    plugins: run.request.plugins,
    onLost: (why) => run.ledger.write('note', { text: why }),
  });
  return target;
}

/** How often the planted bug did its harm, over all lives of the target. */
export async function mutantFired(run: RealRun, target: RunningTarget): Promise<number | null> {
  if (run.plan.target.mutant === null || target.http === null) return null;
  const answer = await httpQueries(target.http.url, target.http.token).get('/stats', {});
  if (answer.status !== 200) return null;
  return Number((answer.body as { fired?: number }).fired ?? 0) + (target.firedBefore?.() ?? 0);
}
