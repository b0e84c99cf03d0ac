/** What is told of one rule over one device or place, and why nothing can be. */
import type { Oracles } from '#oracles';

export type RuleStory = ReturnType<Oracles['rules']['of']>[number];

/** Why nobody can say what there should have been of it; null where that can be said. */
export function doubtOf({ from, isWhole, isUnclear, unclearBy, doubt }: RuleStory): string | null {
  if (doubt !== null) return doubt;
  if (from === null) return UNREAD;
  if (!isWhole) return CUT;
  return isUnclear ? unclearBy : null;
}

const UNREAD = 'the target does not say since when it goes by the rule';
const CUT = 'what the target has of the devices could not be read to its end';
