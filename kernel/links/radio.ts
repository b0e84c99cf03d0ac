/**
 * What a radio does to a link over a whole run, besides delay and rate. Loss below TCP shows above
 * it as stalls: nothing crosses until what was lost has been sent again. A plan holds the rule, and
 * with the seed of the run it says of each instant whether the link is open.
 */

/** What is left out is not so. */
export interface RadioRule {
  /** Gilbert-Elliott: the mean lengths of the spells in which it is good, and bad. */
  stalls?: { goodMs: number; badMs: number };
  /** From cell to cell or satellite to satellite: nothing crosses for so long, so often. */
  handover?: { everyMs: number; gapMs: number };
  /** Nothing comes down to who sleeps. */
  sleep?: RadioSleep;
}

export interface RadioSleep {
  /** It listens for so long after it said something (T3324, or the tail of a connection). */
  activeMs: number;
  /** And in windows for paging (eDRX); null where it hears of nothing until it speaks (PSM). */
  paging: { everyMs: number; openMs: number } | null;
}

/** Bad spells are of all lengths; hardly one in three thousand is longer than so many means. */
const LONG = 8;

/** How much longer a radio may hold up what goes over it, but for one in thousands. */
export const heldByRadioMs = ({ stalls, handover }: RadioRule): number =>
  (stalls === undefined ? 0 : LONG * stalls.badMs) + (handover?.gapMs ?? 0);

interface Profile {
  delayMs: number;
  jitterMs: number;
  radio?: RadioRule;
}

/** There and back over a profile, but for one in thousands; 0 without one. */
export const roundTripMs = (profile: Profile | null | undefined): number =>
  profile == null
    ? 0
    : 2 * (profile.delayMs + profile.jitterMs + heldByRadioMs(profile.radio ?? {}));
