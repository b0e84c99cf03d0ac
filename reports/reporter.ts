/**
 * A reporter turns a finished result into one file. It sees the result and the environment and
 * nothing else: no clock, no host, no ledger; so it cannot change a verdict, and what it draws can
 * be drawn again later.
 */
import { stamp } from '#kernel';
import type { Environment, Result } from './result.ts';

export interface Reporter {
  kind: string;
  summary: string;
  /** Name of the file in the run directory. */
  file: string;
  render(result: Result, environment: Environment): string;
}

export const defineReporter = (reporter: Reporter): Reporter => stamp('reporter', reporter);
