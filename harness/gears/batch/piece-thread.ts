/** The thread that makes pieces of a data set: one after the other, as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { modelFamily } from '#devices';
import { assert, WorldError } from '#kernel';
import { loadCatalog } from '../../catalog/load-catalog.ts';
import { FORMATS } from '../../dataset/formats/index.ts';
import type { Job } from './jobs.ts';
import { makePiece } from './piece.ts';
import type { ThreadNews, ThreadOrder } from './pieces.ts';

const { format: kind, plugins, ...order } = workerData as ThreadOrder;
const tell = (news: ThreadNews): void => parentPort?.postMessage(news);
const format = FORMATS.find((one) => one.kind === kind);
assert(format !== undefined, 'a thread is told a format that there is');
const models = (await loadCatalog([modelFamily], plugins)).of(modelFamily);

parentPort?.on('message', (job: Job) => {
  const model = models.get(order.plan.entries[job.entry]?.model ?? '');
  assert(model !== undefined, 'the plan has models of the catalog alone');
  const made = (rows: number): void => tell({ kind: 'made', rows });
  try {
    tell({ kind: 'done', piece: makePiece({ ...order, format, job, model, made }) });
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    const { code, message, remedy } = error;
    tell({ kind: 'world', code, message, remedy });
  }
});
tell({ kind: 'ready' });
