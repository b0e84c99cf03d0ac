/**
 * How a check of the house ends: one line when all is well, else every problem and a non-zero exit.
 */
export function finish(check: string, problems: readonly string[], seen: string): void {
  if (problems.length === 0) {
    process.stdout.write(`${check}: ${seen}\n`);
    return;
  }
  for (const problem of problems) process.stderr.write(`  ${problem}\n`);
  process.stderr.write(`${check}: ${problems.length} problem(s); ${seen}\n`);
  process.exitCode = 1;
}
