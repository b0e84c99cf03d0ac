/** Which campaigns come to where something of them can be judged. */
import type { FirmwarePlan } from '#kernel';

/** Its operator lets it come to its end: whoever pauses or ends it may do so before anything came. */
export const isLeftAlone = ({ campaign: { moves = [] } }: FirmwarePlan): boolean =>
  moves.every(({ move }, at) => move !== 'abort' && (move !== 'pause' || at < moves.length - 1));
