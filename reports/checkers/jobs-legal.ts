/**
 * Jobs go by AWS IoT's rules: whoever asks is answered once, an update that is accepted makes the
 * version one more than the one that it names, one that names another is turned away, and a job
 * that is over stays so.
 */
import { codeOf } from '#kernel';
import type { JobFlaw } from '#oracles';
import { defineChecker, type LaneContext } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { isTampered } from '../judging/tampered-with.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'jobs-legal',
  title: 'Jobs go by their rules',
  refs: ['O5'],
  summary:
    'Versions of jobs rise one by one, a stale one changes nothing, and what is over stays so.',
  judges: 'always',
  stream: 'dialect',
  broken: 'fail',
  params: {},
  asks: ['jobs'],
  applies: ({ streams }) => streams.some(({ name }) => name === 'job-ask'),
  start: (context) => {
    const { plan, devices, of } = context;
    const jobs = of('jobs');
    return {
      ops: [],
      end: () => {
        const book = new EvidenceBook();
        for (const device of devices) {
          const seen = jobs.of(device);
          if (seen === null) continue;
          const who = deviceName(plan, device);
          book.kept(seen.answers);
          book.figure('rejected', seen.rejected);
          if (seen.unanswered > 0) book.doubt(UNANSWERED, seen.unanswered);
          for (const { t, what } of seen.flaws.filter(
            (one) => !isExplained(context, device, one),
          )) {
            book.also(() => finding(`${who} ${what}`, [who], t, [{ t: ms(t), who, what }]));
          }
        }
        return book.close();
      },
    };
  },
  say: ({ decided, findingCount, figures }) => {
    const rejected = `${formatCount(figures.rejected ?? 0)} of them rejections`;
    const answers = `${plural(decided, 'answer')} on jobs`;
    return findingCount === 0
      ? `All ${answers} went by the rules, ${rejected}.`
      : `${formatCount(findingCount)} of ${answers} did not go by the rules.`;
  },
});

/** What a fault says twice is asked twice. */
function isExplained(context: LaneContext, device: number, { t, beyond }: JobFlaw): boolean {
  if (beyond === undefined || beyond.answers > 2 * beyond.sent) return false;
  const request = { op: 'observed', device, stream: codeOf(context.plan, 'job-ask') } as const;
  return isTampered(context, request, { from: beyond.sentAt, to: t }, 'repeats');
}

const UNANSWERED = 'nobody answered it';
