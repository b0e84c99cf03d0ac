/** How long a target may take to let our observers in. */

/** An observer tries again by itself; a target that never lets one in must not hang the run. */
export const OBSERVERS_READY_MS = 60_000;

/** A little sooner a shard says which of its observers is kept out, and why. */
export const LET_IN_MS = OBSERVERS_READY_MS - 5000;
