/** What promises about rules share: they are judged for each rule over each of its devices. */
import type { Oracles } from '#oracles';
import { type CheckerKind, defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from './evidence.ts';
import { deviceName, finding } from './witness.ts';

type Story = ReturnType<Oracles['rules']['of']>[number];
type Alarm = Story['expected'][number];

export interface RuleJudge {
  book: EvidenceBook;
  /** Something is amiss with an alarm of it. */
  amiss(alarm: Alarm, what: string): void;
}

type Own = Pick<CheckerKind, 'kind' | 'title' | 'refs' | 'summary' | 'say' | 'applies'> & {
  judge(story: Story, judge: RuleJudge): void;
};

export const defineRuleChecker = ({ judge, ...own }: Own): CheckerKind =>
  defineChecker({
    ...own,
    judges: 'always',
    workflow: 'rules',
    broken: 'fail',
    params: {},
    asks: ['rules'],
    start: (context) => fold(context, judge),
  });

function fold({ plan, devices, of }: LaneContext, judge: Own['judge']): LaneFold {
  const rules = of('rules');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) for (const story of rules.of(device)) judgeOne(device, story);
      return book.close();
    },
  };

  function judgeOne(device: number, story: Story): void {
    const { rule, from, isWhole, isUnclear } = story;
    if (from === null) return book.doubt(UNREAD);
    if (!isWhole) return book.doubt(CUT);
    if (isUnclear) return book.doubt(UNCLEAR);
    const id = deviceName(plan, device);
    const amiss: RuleJudge['amiss'] = ({ since, at }, what) => {
      const sentence = `the alarm of ${rule.name} over ${id} ${what}`;
      const seen = [
        { t: since, who: id, what: `says for the first time that ${rule.when}` },
        { t: at, who: id, what: `has said so for ${at - since} ms; ${rule.forMs} are asked for` },
      ];
      book.also(() => finding(sentence, [id], at * 1000, seen));
    };
    judge(story, { book, amiss });
  }
}

const UNREAD = 'the target does not say since when it goes by the rule';
const CUT = 'what the target has of the device could not be read to its end';
const UNCLEAR = 'a reading came in the instant in which the rule began';
