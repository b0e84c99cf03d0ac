/** Before its cause a malfunction has no effect: else its label would begin too late. */
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'machine-well-before',
  title: 'Machines are well until something ails them',
  refs: [],
  summary: 'Until its malfunction begins, a machine is in the state of a healthy one.',
  judges: 'always',
  part: 'machine',
  broken: 'fail',
  params: {},
  asks: ['machine'],
  applies: ({ faults }) => faults.some(({ part }) => part?.malfunction !== undefined),
  start: fold,
  say: ({ decided, findingCount, figures: { since = 0, otherwise = 0 } }) => {
    const before = `${plural(decided, 'reading')} from before`;
    return findingCount === 0
      ? `${before}; ${formatCount(otherwise)} of ${formatCount(since)} since are of another state.`
      : `${formatCount(findingCount)} of ${before} are of another state.`;
  },
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const machine = of('machine');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = machine.of(device);
        if (story === null) continue;
        book.kept(story.before - story.early.length);
        book.figure('since', story.since);
        book.figure('otherwise', story.otherwise);
        const who = deviceName(plan, device);
        for (const { t, n } of story.early) {
          const says = `${who} is in another state in reading ${n}, and nothing ails it yet`;
          book.broken(() => finding(says, [who], t, [{ t: ms(t), who, what: 'takes it' }]));
        }
      }
      return book.close();
    },
  };
}
