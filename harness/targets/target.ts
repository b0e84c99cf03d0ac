/**
 * A target as the real gear starts, kills and starts it again. One file per kind; the plan says
 * which. `kill` is without warning, and what a target keeps over it is what its guarantees promise.
 */
import type { Plan } from '#kernel';
import type { Processes } from '../processes/processes.ts';
import type { RunDirectory } from '../record/run-directory.ts';
import type { Address } from '../wire/tcp-links.ts';

export interface TargetContext {
  plan: Plan;
  directory: RunDirectory;
  processes: Processes;
  run: string;
  secret: string;
  /** Folder against which files of the scenario are resolved. */
  base: string;
  /** The user's own plug-ins, as absolute paths. */
  plugins: readonly string[];
  /** A process of the target ended although nobody killed it. */
  onLost(why: string): void;
}

export interface RunningTarget {
  address: Address;
  http: { url: string; token: string } | null;
  component: { name: string; version: string; how: string };
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** How often a planted bug fired before the target was last started; a kill forgets it. */
  firedBefore?(): number;
}

export interface TargetKind {
  kind: string;
  start(context: TargetContext): Promise<RunningTarget>;
}
