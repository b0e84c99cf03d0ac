/**
 * Makes the pieces of a data set, here or by threads that work side by side. Which of them makes
 * what hangs on their speed, and nothing in the files does: a piece is made from the plan alone.
 */
import { Worker } from 'node:worker_threads';
import { WorldError } from '#kernel';
import type { Job } from './jobs.ts';
import { makePiece, type Piece, type PieceRequest } from './piece.ts';

/** What is the same for all of them. */
export type PiecesRequest = Omit<PieceRequest, 'job' | 'model' | 'made'> & {
  modelOf(job: Job): PieceRequest['model'];
  /** Absolute paths of the user's plug-ins. */
  plugins: readonly string[];
  workers: number;
  made(rows: number): void;
  /** In no order that means anything. */
  done(job: Job, piece: Piece): void;
};

/** What a thread is given when it starts; then it is sent one job after the other. */
export interface ThreadOrder {
  plan: PieceRequest['plan'];
  folder: string;
  zeroAt: number;
  withTruth: boolean;
  format: string;
  plugins: readonly string[];
}

export type ThreadNews =
  | { kind: 'ready' }
  | { kind: 'made'; rows: number }
  | { kind: 'done'; piece: Piece }
  | { kind: 'world'; code: string; message: string; remedy: string | undefined };

export async function makePieces(request: PiecesRequest, jobs: readonly Job[]): Promise<void> {
  const { modelOf, done, workers } = request;
  const count = Math.min(workers, jobs.length);
  if (count > 1) return byThreads(request, jobs, count);
  for (const job of jobs) done(job, makePiece({ ...request, job, model: modelOf(job) }));
}

async function byThreads(
  request: PiecesRequest,
  jobs: readonly Job[],
  count: number,
): Promise<void> {
  // The largest first, so that nobody is left alone with it at the end.
  const queue = [...jobs].sort((a, b) => b.rows - a.rows);
  const { plan, folder, zeroAt, withTruth, format, plugins } = request;
  const order: ThreadOrder = { plan, folder, zeroAt, withTruth, format: format.kind, plugins };
  const threads = Array.from({ length: count }, () => new Worker(SCRIPT, { workerData: order }));
  try {
    await Promise.all(threads.map((thread) => work(thread, queue, request)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

const here = import.meta.url;
const SCRIPT = new URL(`./piece-thread.${here.endsWith('.ts') ? 'ts' : 'js'}`, here);

/** Until nothing is left to do. */
function work(thread: Worker, queue: Job[], { made, done }: PiecesRequest): Promise<void> {
  const end = Promise.withResolvers<void>();
  let job: Job | undefined;
  const next = (): void => {
    job = queue.shift();
    if (job === undefined) end.resolve();
    else thread.postMessage(job);
  };
  thread.on('message', (news: ThreadNews) => {
    if (news.kind === 'made') made(news.rows);
    else if (news.kind === 'world') {
      end.reject(new WorldError(news.code, news.message, news.remedy));
    } else {
      if (news.kind === 'done' && job !== undefined) done(job, news.piece);
      next();
    }
  });
  thread.on('error', end.reject);
  thread.on('exit', () => end.reject(new Error('a thread ended before its work did')));
  return end.promise;
}
