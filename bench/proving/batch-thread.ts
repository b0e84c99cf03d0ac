/**
 * Proves batches in a thread of its own, so that an endless loop in a parser or an oracle ends with
 * the thread and not with the night. Loads what it needs once, then answers order by order.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { oracleFamily } from '#oracles';
import { wholeCatalog } from '../../harness/cli/families.ts';
import { casualty, disagreement } from './batch.ts';
import type { Answer, BatchGround, Order } from './batches.ts';
import { fuzzesIn, historiesIn } from './sources.ts';

const { plugins, fuzz } = workerData as BatchGround;
const catalog = await (await wholeCatalog()).with(plugins);
const parsers = new Map((await fuzzesIn(fuzz, catalog)).map((one) => [one.parser, one]));

parentPort?.on('message', async (order: Order) => {
  parentPort?.postMessage(await answerTo(order));
});

async function answerTo(order: Order): Promise<Answer> {
  try {
    if (order.sort === 'fuzz') {
      const parser = parsers.get(order.parser);
      if (parser === undefined) throw new Error(`there is no parser ${order.parser}`);
      return { wrong: casualty(parser, order.number, order.count) };
    }
    const histories = await historiesIn(order.file);
    const kinds = catalog.of(oracleFamily);
    const found = disagreement(kinds, histories, order.number, order.count);
    return found === null ? { wrong: null } : { wrong: found.wrong, number: found.number };
  } catch (error) {
    return { wrong: (error as Error).stack ?? String(error) };
  }
}
