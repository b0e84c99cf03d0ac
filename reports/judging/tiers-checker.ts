/** What promises about tiers share: they are judged for each device that is under any. */
import { tiersOf } from '#kernel';
import type { Oracles } from '#oracles';
import { type CheckerKind, defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from './evidence.ts';
import { deviceName, finding } from './witness.ts';

type Story = NonNullable<ReturnType<Oracles['tiers']['of']>>;

export interface TiersJudgement {
  decided: number;
  undecided: number;
  wrong: Story['untrue'];
}

type Own = Pick<CheckerKind, 'kind' | 'title' | 'refs' | 'summary' | 'say'> & {
  /** Why something is undecided. */
  doubt: string;
  judge(story: Story): TiersJudgement;
};

export const defineTiersChecker = ({ judge, doubt, ...own }: Own): CheckerKind =>
  defineChecker({
    ...own,
    judges: 'always',
    workflow: 'tiers',
    broken: 'fail',
    params: {},
    asks: ['tiers'],
    applies: (plan) => tiersOf(plan).length > 0,
    start: (context) => fold(context, { judge, doubt }),
  });

function fold(
  { plan, devices, of }: LaneContext,
  { judge, doubt }: Pick<Own, 'judge' | 'doubt'>,
): LaneFold {
  const tiers = of('tiers');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = tiers.of(device);
        if (story !== null) judgeOne(device, story);
      }
      return book.close();
    },
  };

  function judgeOne(device: number, story: Story): void {
    if (!story.isTold) return book.doubt(UNREAD);
    const id = deviceName(plan, device);
    const { decided, undecided, wrong } = judge(story);
    book.kept(decided);
    if (undecided > 0) book.doubt(doubt, undecided);
    for (const { at, what } of wrong) {
      const seen = [
        { t: at, who: id, what: `measured what ${story.tiers.name} should hold` },
        { t: at, who: 'target', what },
      ];
      book.also(() => finding(`of ${id}, ${what}`, [id], at * 1000, seen));
    }
  }
}

const UNREAD = 'what the target has of the device could not be read to its end';
