/** How long a target may take to let our observers and operators in. */

import { WorldError } from '#kernel';

/** An observer tries again by itself; a target that never lets one in must not hang the run. */
export const OBSERVERS_READY_MS = 60_000;

/** A little sooner a shard says which of its observers is kept out, and why. */
export const LET_IN_MS = OBSERVERS_READY_MS - 5000;

/** Who should be let in, and why it is not; null once it is. */
interface Waiting {
  name: string | undefined;
  trouble: string | null;
}

/** Told by whoever knows why, before the runner would only know that it took too long. */
export function notLetIn(target: string, waiting: readonly Waiting[]): WorldError {
  const out = waiting.find(({ trouble }) => trouble !== null);
  const who = out?.name ?? 'all of us';
  const why = out?.trouble ?? 'it does not answer';
  return new WorldError(
    'component',
    `${target} did not let ${who} in within ${LET_IN_MS / 1000} s: ${why}`,
  );
}
