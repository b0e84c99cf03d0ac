/** Waiting with an end: nothing in a run is waited for longer than somebody said it may take. */
import type { Timers } from '#kernel';

/** Settles as `task` does, or is rejected with `late` when it takes longer than the bound. */
export function within<T>(
  timers: Timers,
  boundMs: number,
  task: Promise<T>,
  late: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = timers.after(boundMs, () => reject(late()));
    task.then(resolve, reject).finally(cancel);
  });
}
