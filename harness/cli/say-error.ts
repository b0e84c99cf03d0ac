/**
 * One clear error each: what is wrong, where, and what to do about it. A stack trace is for our own
 * bugs only, and even then it comes after a sentence.
 */
import { Interrupted } from '#harness';
import { AuthorError, EXIT, strayed, WorldError } from '#kernel';
import { formatProblem } from '#scenarios';
import type { Host } from './host.ts';
import { ScenarioError } from './load.ts';
import { paint, wantsColour } from './paint.ts';

export function sayError(host: Host, thrown: unknown): number {
  const error = strayed(thrown);
  const colour = wantsColour(host, host.stderrIsTty);
  const { bad, accent } = paint(colour);
  if (error instanceof AuthorError) {
    for (const problem of error.problems) {
      const text = error instanceof ScenarioError ? error.textOf(problem) : null;
      host.stderr(`${formatProblem(problem, text, { colour })}\n`);
    }
    const { length } = error.problems;
    if (length > 1) host.stderr(`${length} problems\n`);
    return EXIT.usage;
  }
  if (error instanceof WorldError) {
    host.stderr(`${bad('error')}  ${error.message}\n`);
    if (error.remedy !== undefined) host.stderr(`${accent('help')}   ${error.remedy}\n`);
    return EXIT.invalid;
  }
  if (error instanceof Interrupted) {
    host.stderr(`${error.message}\n`);
    return EXIT.interrupted;
  }
  host.stderr(
    `${bad('error')}  a fault of the harness itself, not of the target; please report it\n`,
  );
  host.stderr(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.invalid;
}
