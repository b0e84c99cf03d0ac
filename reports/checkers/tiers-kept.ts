/**
 * A reading is there as it came until its time is over, and then in a window; and what is to go is
 * gone soon after, readings and windows alike.
 */
import { defineTiersChecker } from '../judging/tiers-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineTiersChecker({
  kind: 'tiers-kept',
  title: 'Readings are kept for their time',
  refs: [],
  summary:
    'No acknowledged reading goes before its time is over or without a window that counts it; ' +
    'and what is to go is gone in time.',
  doubt: 'a reading went, and nobody had looked while it had to be there',
  judge: ({ looked, unseen, unkept }) => ({
    decided: looked,
    undecided: unseen,
    wrong: unkept,
  }),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `In ${plural(decided, 'look')} all was there that should be, and nothing else.`
      : `In ${formatCount(findingCount)} of ${plural(decided, 'look')} not all was as it should.`,
});
