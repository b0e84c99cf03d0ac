/**
 * What became of several runs, as a value that pages and JUnit over all of them are drawn from. One
 * that never came to a verdict is among them, with the reason: what is left out looks green.
 */
import type { Environment, Result } from '../result.ts';

export interface BatchRow {
  /** Nobody else's: the file, and the seed and turn where there are several. */
  label: string;
  file: string;
  exitCode: number;
  /** Null where there was no verdict. */
  judged: { result: Result; environment: Environment } | null;
  /** What went wrong, for people. */
  problems: readonly string[];
  /** Of the machine's own clock. */
  seconds: number;
  /** Run directory, relative to the folder of the batch; null without one. */
  directory: string | null;
  /** The page in it; null where the scenario asks for none. */
  page: string | null;
}

/** The word for a row, by what its exit code means. */
export function wordOf({ judged, exitCode }: BatchRow): string {
  if (exitCode === 130) return 'stopped';
  if (judged !== null) return judged.result.verdict;
  return exitCode === 3 ? 'bad' : 'error';
}
