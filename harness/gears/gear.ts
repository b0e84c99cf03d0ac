/**
 * What the two gears have in common for whoever starts a run: a plan and a directory in, progress
 * on the way, an outcome out. The ledger in the directory is the actual product.
 */
import type { Plan } from '#kernel';
import type { RunDirectory } from '../record/run-directory.ts';
import type { Outcome } from '../run/conductor.ts';
import type { Progress } from '../run/progress.ts';

export interface GearRequest {
  plan: Plan;
  /** Its digest, which stands in the header of each segment. */
  planSha256: string;
  directory: RunDirectory;
  /** Folder against which plug-ins, certificates and credentials of the scenario are resolved. */
  base: string;
  /** Absolute paths of the user's plug-ins. */
  plugins: readonly string[];
  shards: number | null;
  progress(progress: Progress): void;
  /** Text for people about what the harness is doing. */
  say(text: string): void;
  /** Aborts the run gracefully: undo runs, the ledger is closed. */
  signal: AbortSignal;
}

export interface GearReport {
  outcome: Outcome;
  run: string;
  /** Wall time at the run's instant zero; null in virtual time, which has none. */
  zeroAt: string | null;
  components: { name: string; version: string; how: string }[];
  processes: { name: string; peakResidentMiB: number; cpuSeconds: number; worstLagMs: number }[];
  /** How often the planted bug did its harm, by the count of where it sits. */
  mutantFired: number | null;
  notes: string[];
}

/** For the ledger, which is judged when the run has broken off: why it did; null when asked to. */
export const lossOf = (error: unknown): string | null => {
  if (error instanceof Interrupted) return null;
  return error instanceof Error ? error.message : String(error);
};

/** Somebody stopped the run, and it had no end of its own that could be told. */
export class Interrupted extends Error {
  constructor(message = 'stopped by hand before the run began') {
    super(message);
    this.name = 'Interrupted';
  }
}
