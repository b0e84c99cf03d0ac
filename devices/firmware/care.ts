/**
 * What firmware looks at before it takes, runs or keeps anything. A planted bug lets something
 * pass; it is asked where that matters.
 */
export interface Care {
  /** An image is no good: false takes it all the same. */
  refuses(version: string, flaw: string): boolean;
  /** A boot is to look at what was looked at before: false trusts the flash. */
  looksAgain(version: string): boolean;
  /** An image is of an older counter than was kept: false takes it all the same. */
  refusesOlder(version: string): boolean;
  /** The last sector is to be written, before anything says that the image is there. */
  finishes(version: string): boolean;
  /** An image is ready to be tried: false counts it as kept before it has proved itself. */
  waits(version: string): boolean;
  /** It has no such key: false goes by any. */
  asksForKey(version: string): boolean;
  /** A key was withdrawn: false trusts it all the same. */
  heedsWithdrawal(version: string): boolean;
  /** A manifest is of a time that is over: false takes it all the same. */
  asksForTime(version: string): boolean;
  /** A patch is for another image: false applies it to whatever runs. */
  looksAtBase(version: string): boolean;
}

export const CAREFUL: Care = {
  refuses: () => true,
  looksAgain: () => true,
  refusesOlder: () => true,
  finishes: () => true,
  waits: () => true,
  asksForKey: () => true,
  heedsWithdrawal: () => true,
  asksForTime: () => true,
  looksAtBase: () => true,
};
