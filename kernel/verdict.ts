/**
 * Truth has four values here. A violation that was proved outranks everything; a run that could not
 * have shown one is invalid; what was not decided is unknown; only what is left is a pass. No data
 * is never a pass.
 */
export type Verdict = 'pass' | 'unknown' | 'invalid' | 'fail';

/** A single checker may also have nothing to say, which weighs nothing. */
export type CheckerVerdict = Verdict | 'not-applicable';

const RANK: Readonly<Record<CheckerVerdict, number>> = {
  'not-applicable': 0,
  pass: 1,
  unknown: 2,
  invalid: 3,
  fail: 4,
};

/** fail > invalid > unknown > pass > not-applicable. */
export function worstVerdict(verdicts: Iterable<CheckerVerdict>): CheckerVerdict {
  let worst: CheckerVerdict = 'not-applicable';
  for (const verdict of verdicts) if (RANK[verdict] > RANK[worst]) worst = verdict;
  return worst;
}

/** What the process ends with; documented in the README and in `twinstorm run --help`. */
export const EXIT = {
  pass: 0,
  fail: 1,
  unknown: 2,
  usage: 3,
  invalid: 4,
  interrupted: 130,
} as const;

export const exitCodeOf = (verdict: Verdict): number => EXIT[verdict];

/** Of several runs, the exit code that tells the most: the first of these that occurred. */
export const EXIT_ORDER: readonly number[] = [130, 1, 4, 3, 2, 0];
