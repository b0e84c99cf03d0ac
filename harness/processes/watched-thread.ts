/**
 * Work that may never end, such as trying what a stranger wrote, in a thread of its own: whoever
 * watches it ends it when it has said nothing for too long, which no code in the same thread could.
 * A thread and not a process, since it ends with us, whatever it is doing.
 */
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** How long one may go on by timers of its own, once it has said all. */
const LINGER_MS = 1000;

export interface Watcher<News> {
  hear(news: News): void;
  /** Whether this was all that it has to say. */
  isLast(news: News): boolean;
}

/** False when it said nothing for so long, and was ended. */
export function watchThread<News>(
  script: URL,
  order: unknown,
  quietMs: number,
  { hear, isLast }: Watcher<News>,
): Promise<boolean> {
  const worker = new Worker(script, { workerData: order });
  const end = Promise.withResolvers<boolean>();
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  const endAfter = (ms: number, inOrder: boolean): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      end.resolve(inOrder);
      void worker.terminate();
    }, ms);
  };
  endAfter(quietMs, false);
  worker.on('message', (news: News) => {
    try {
      hear(news);
    } catch (error) {
      end.reject(error);
      void worker.terminate();
    }
    // What its timers still say afterwards gives it no more time.
    if (isOver) return;
    isOver = isLast(news);
    if (isOver) endAfter(LINGER_MS, true);
    else endAfter(quietMs, false);
  });
  worker.on('error', end.reject);
  worker.on('exit', () => end.resolve(true));
  return end.promise.finally(() => {
    if (timer !== null) clearTimeout(timer);
  });
}

/** The thread's own side: its order, a way to say something, and what nobody in it caught. */
export function threadDuty<Order, News>(
  onStray: (error: unknown) => void,
): { order: Order; tell: (news: News) => void } {
  process.on('uncaughtException', onStray);
  return { order: workerData as Order, tell: (news) => parentPort?.postMessage(news) };
}
