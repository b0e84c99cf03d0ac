/**
 * What is done to a platform between two kills, and what must be left of it: one file per word of
 * `bench/platform-kill.ts`, named after it.
 */
import type { Random } from '#kernel';
import type { Account } from '../../twins/platform/platform.ts';
import type { Server } from '../../twins/platform/testing/server.ts';

export interface KillWord {
  accounts: readonly Account[];
  /** A fresh life has begun: what of the former ones is there? */
  meet(server: Server, isFirst: boolean): Promise<void>;
  /** Keeps it busy; comes back once it was killed, and what was acknowledged is noted. */
  play(server: Server, round: number): Promise<void>;
  /** Figures so far, one line. */
  figures(): string;
  /** What was acknowledged and is not there, or there twice; looked for once, in the last life. */
  missing(server: Server): Promise<string[]>;
}

export type StartWord = new (random: Random) => KillWord;
