/**
 * An interval that adapts is what it should be: each pause twice the one before while signals are
 * calm, up to the declared multiple, and one sample after they moved. A pause is a whole number of
 * intervals, since what is left out are points of the grid.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'adaptive-kept',
  title: 'Intervals adapt as declared',
  refs: [],
  summary: 'A device says less while its signals are calm, and is back at once when they move.',
  judges: 'always',
  part: 'adaptive',
  broken: 'fail',
  params: {},
  asks: ['adaptive'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const points = plural(decided, 'sample');
    return findingCount === 0
      ? `${formatCount(figures['left out'] ?? 0)} of ${points} were left out, each in its pause.`
      : `${formatCount(findingCount)} of ${points} came too early or not at all.`;
  },
});

type Story = ReturnType<Oracles['adaptive']['of']>[number];

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const paces = of('adaptive');
  const book = new EvidenceBook();
  const judge = (device: number, story: Story): void => {
    const who = deviceName(plan, device);
    const noun = (n: number): string => messageNoun(plan, story.stream, n);
    book.figure('left out', story.leftOut);
    book.kept(story.said + story.leftOut);
    for (const { t, n, is, due, last, moved } of story.wrong) {
      const why = moved === null ? 'its signals were calm' : `${moved} had moved`;
      const since = last < 0 ? 'nothing was said before' : `${why} at ${noun(last)}`;
      const does = `${is === 'late' ? 'leaves out' : 'says'} ${noun(n)}`;
      const what = `${who} ${does}, and ${noun(due)} was due, since ${since}`;
      const witness = [{ t: ms(t), who, what: does }];
      book.also(() => finding(`${what}, at ${inSeconds(t)}`, [who], t, witness));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) for (const story of paces.of(device)) judge(device, story);
      return book.close();
    },
  };
}
