/** One thing that a target owes of an alarm, and what came of it. */
export interface Claim {
  /** By the run, milliseconds. */
  at: number;
  /** What is amiss, to be read after "the alarm of … over …"; null where it was kept. */
  amiss: string | null;
}

/** What several looks at one alarm come to. */
export interface Claims {
  claims: Claim[];
  /** Why something cannot be decided, and how often. */
  doubts: Map<string, number>;
  /** Why something is not owed. */
  open: Map<string, number>;
}

export const noClaims = (): Claims => ({ claims: [], doubts: new Map(), open: new Map() });

export const claimed = ({ claims }: Claims, at: number, amiss: string | null): void =>
  void claims.push({ at, amiss });

export const counted = (reasons: Map<string, number>, why: string): void =>
  void reasons.set(why, (reasons.get(why) ?? 0) + 1);

export const UNTIMED = 'nobody can say how far the clock of the target is from ours';
