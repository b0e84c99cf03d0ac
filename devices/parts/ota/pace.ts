/** How long each step of an update takes, in milliseconds, where no param says so. */
export const PACE = {
  verifyMs: 50,
  stagedMs: 20,
  restartMs: 300,
  /** While it loads it says so now and then. */
  newsMs: 3000,
  /** A restart waits so long at most for what its device has to finish, and asks so often. */
  finishMs: 10_000,
  asksMs: 50,
  /** Power that went in a step of the flash is back after so long. */
  backMs: 500,
} as const;
