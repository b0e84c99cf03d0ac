/** Where a bug can be planted in what is kept of readings. */
export interface TiersSeams {
  /** A reading comes when the time of its window is over: false leaves that as it is. */
  amend?(device: string, n: number): boolean;
  /** One that was counted comes again: true counts it once more. */
  countAgain?(device: string, n: number): boolean;
  /** How long a reading is kept as it came. */
  keepFor?(device: string, honestMs: number): number;
  /** The greater of what there was of a signal and what has come. */
  most?(signal: string, honest: number, value: number): number;
  /** A window is gone on with after a kill: false begins it anew. */
  goOn?(device: string, start: number): boolean;
  /** A reading is taken away: false does not note that it was there. */
  note?(device: string, n: number): boolean;
  /** By what it is told that it was there. */
  proof?(device: string, n: number, honest: number): number;
}
