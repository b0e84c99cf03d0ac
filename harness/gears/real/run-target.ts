/** The target of a real run: started as its kind says, and taken back with everything else. */
import { modelFamily } from '#devices';
import { assert } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { codecFamily } from '../../dialects/codec-family.ts';
import { dialectOf } from '../../dialects/dialect-choice.ts';
import { dialectFamily } from '../../dialects/dialect-family.ts';
import { brokerFamily } from '../../targets/broker-family.ts';
import type { RunningTarget } from '../../targets/target.ts';
import { targetFamily } from '../../targets/target-family.ts';
import type { RealRun } from './real-run.ts';

const FAMILIES = [targetFamily, brokerFamily, dialectFamily, codecFamily, modelFamily];

export async function startTarget(run: RealRun): Promise<RunningTarget> {
  const catalog = await loadCatalog(FAMILIES, run.request.plugins);
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
    brokers: catalog.of(brokerFamily),
    dialect: dialectOf(run.plan.target, run.id, catalog, run.plan),
    onLost: (why) => run.ledger.write('lost', { why }),
    onBroken: (error) => run.lose(error),
  });
  return target;
}
