/**
 * What links run through in the real gear, as far as a scenario says so. One that says nothing, or
 * `auto`, leaves it to the machine it runs on, and then the plan is silent too: it must not hang on
 * what happens to be installed.
 */
export interface ProxyPlan {
  /** Word of its kind; its file says how it is started or found. */
  kind: string;
  /** What stands behind the word: the address of one that is there. */
  of: string | null;
  /** Its host, where that is not this machine: chaos there needs the word of its owner. */
  elsewhere: string | null;
}
