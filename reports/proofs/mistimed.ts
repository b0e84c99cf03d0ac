/**
 * Clocks of devices were stepped, and told another time of what was measured meanwhile, as the
 * truth in the ledger says.
 */
import { defineToldWrongly } from '../judging/told-wrongly.ts';

export default defineToldWrongly({
  kind: 'mistimed',
  summary: 'the clocks of its targets tell another time',
  op: 'own-time/said',
  isWrong: (entry) => {
    const { of, stamp } = entry as unknown as { of: number; stamp: number };
    return of !== stamp;
  },
  say: (who) => `the clocks of ${who} told another time`,
});
