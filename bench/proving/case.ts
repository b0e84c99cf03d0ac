/**
 * One thing that is proved: a run, a mutant's run, a batch of histories or of inputs. It is made
 * from the selection alone, so that the same command makes the same cases, and what is known of
 * them can be looked up.
 */
export const SORTS = ['healthy', 'mutants', 'drawn', 'histories', 'fuzz'] as const;
export type Sort = (typeof SORTS)[number];

export interface ProvingCase extends Resumable {
  sort: Sort;
  /** Of what: a scenario, a mutant, an oracle, a parser. */
  of: string;
  /** The command that repeats it alone. */
  again: string;
}

/** What is proved once, and known from then on. */
export interface Resumable {
  /** Unique among all cases, and the same next time. */
  id: string;
  /** A digest of what it rests on besides the house: texts and flags. */
  over: string;
  prove(signal: AbortSignal): Promise<Finding>;
}

export interface Finding {
  /** Null when it holds; else what is wrong, in a sentence. */
  wrong: string | null;
  /** Figures for the summary. */
  decided?: number;
  fired?: number;
}
