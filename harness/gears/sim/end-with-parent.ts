/**
 * Ends the engine when its parent is gone, also while a plug-in loops in it for ever. The main
 * thread can notice nothing then, and in virtual time it must have no real timers and sockets; so a
 * thread of its own holds the pipe from the parent, which closes with whoever had the other end.
 */
import { Worker } from 'node:worker_threads';

export function endWithParent(): void {
  const here = import.meta.url;
  const thread = new URL(`./parent-thread.${here.endsWith('.ts') ? 'ts' : 'js'}`, here);
  // Without the flags of the engine: in this thread time is the real one.
  new Worker(thread, { execArgv: [], name: 'parent' }).unref();
}
