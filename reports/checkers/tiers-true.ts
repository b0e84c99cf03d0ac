/**
 * A window says what the readings of its time said: those that the device measured and the target
 * acknowledged, each once, and nothing else.
 */
import { defineTiersChecker } from '../judging/tiers-checker.ts';
import { formatCount } from '../wording.ts';

export default defineTiersChecker({
  kind: 'tiers-true',
  title: 'Windows say what was measured',
  refs: [],
  summary:
    'Each window of readings says what its device measured then, each reading counted once; none ' +
    'is missing, and none is there for nothing.',
  doubt: 'the ledger does not hold all that was measured',
  judge: ({ decided, undecided, untrue }) => ({ decided, undecided, wrong: untrue }),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${formatCount(decided)} readings and windows are as they should be.`
      : `${formatCount(findingCount)} of ${formatCount(decided)} readings and windows are wrong.`,
});
