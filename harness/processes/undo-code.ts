/**
 * What the end of a command of the undo log says. One that could not do its work now, because whom
 * it needs does not answer, may be tried again: the run stays on the list for `twinstorm heal`. Any
 * other failure is final, and would fail again.
 */

/** Its code for that, as mail servers have it (EX_TEMPFAIL). */
export const TRY_AGAIN = 75;

/** `code` is null where it had to be ended, and undefined where it took too long. */
export const mayBeTriedAgain = (code: number | null | undefined): boolean =>
  code === TRY_AGAIN || code === undefined;
