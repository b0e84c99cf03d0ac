/**
 * What a plan says of what stands behind a target that is not ours: where its platform keeps what
 * it took, how it is told who is online, and by which hands its pieces are taken away and given
 * back. There is never a secret among it: those come from the environment or from files.
 */
import type { ParamValues } from '../plugins/params.ts';

/** A store that is read back at the end: what is in it has arrived. */
export interface StorePlan {
  kind: string;
  /** What its kind takes, read. */
  params: ParamValues;
  /** Names of the streams that it keeps; of all others an observer is asked. */
  streams: string[];
  /** How long after the drain it may lag behind. */
  withinMs: number;
}

/** How long a store may lag where nobody says otherwise. */
export const STORE_LAG_MS = 5000;

/** A piece of a platform that can be taken away and given back, and what says which of the two. */
export interface HandPlan {
  /** Shell commands. */
  do: string;
  undo: string;
  /** A shell command that succeeds, or an address that answers, while the piece is there. */
  proof: string;
}

/** Shell commands around a run: `before` each must succeed, `after` each runs on every way out. */
export interface HooksPlan {
  before: string[];
  after: string[];
}
