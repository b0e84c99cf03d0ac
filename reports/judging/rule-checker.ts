/** What promises about rules share: they are judged for each rule over each device or place. */
import { hindrancesIn, type Oracles, type Timeline } from '#oracles';
import { type CheckerKind, defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from './evidence.ts';
import { deviceName, finding } from './witness.ts';

export type RuleStory = ReturnType<Oracles['rules']['of']>[number];

export interface RuleJudge {
  book: EvidenceBook;
  /** Something is amiss with an alarm of it, due at that time of the run. */
  amiss(alarm: { since: number; at: number; due: number }, what: string): void;
  /** When the target could not do what was due; in milliseconds. */
  pauses: readonly { from: number; to: number }[];
}

type Own = Pick<CheckerKind, 'kind' | 'title' | 'refs' | 'summary' | 'say' | 'applies'> & {
  judge(story: RuleStory, judge: RuleJudge): void;
  /** What is wrong with an alarm of no rule, or of nobody that its rule is over. */
  spare?: string;
};

export const defineRuleChecker = ({ judge, spare, ...own }: Own): CheckerKind =>
  defineChecker({
    ...own,
    judges: 'always',
    workflow: ['rules', 'inbox'],
    broken: 'fail',
    params: {},
    asks: ['rules'],
    start: (context) => fold(context, judge, spare),
  });

/** When the target could not do what was due; in milliseconds. */
export const pausesIn = (timeline: Timeline): RuleJudge['pauses'] =>
  hindrancesIn(timeline).map(({ from, to }) => ({ from: from / 1000, to: to / 1000 }));

function fold(
  { plan, devices, timeline, of }: LaneContext,
  judge: Own['judge'],
  spare: string | undefined,
): LaneFold {
  const rules = of('rules');
  const book = new EvidenceBook();
  const pauses = pausesIn(timeline);
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const story of rules.of(device)) judgeOne(story);
        if (spare !== undefined) judgeSpare(device, spare);
      }
      return book.close();
    },
  };

  function judgeSpare(device: number, what: string): void {
    const id = deviceName(plan, device);
    for (const { rule, subject, raised } of rules.spare(device)) {
      const under = subject === id ? '' : `, listed under ${id},`;
      const sentence = `the alarm of ${rule} over ${subject}${under} ${what}`;
      const seen = [{ t: raised, who: 'target', what: 'raises it, it says' }];
      book.broken(() => finding(sentence, [id], raised * 1000, seen));
    }
  }

  function judgeOne(story: RuleStory): void {
    const { rule, subject } = story;
    const why = doubtOf(story);
    if (why !== null) return book.doubt(why);
    const own = story.devices.map((device) => deviceName(plan, device));
    const amiss: RuleJudge['amiss'] = ({ since, at, due }, what) => {
      const sentence = `the alarm of ${rule.name} over ${subject} ${what}`;
      const isSilence = rule.silentMs > 0;
      const says = isSilence ? 'nothing newer has come since' : `it was so since then`;
      const seen = [
        { t: since, who: subject, what: says },
        {
          t: at,
          who: subject,
          what: `the moment that makes it due, by ${isSilence ? 'the platform' : 'the device'}`,
        },
      ];
      book.also(() => finding(sentence, own.slice(0, 1), due * 1000, seen));
    };
    judge(story, { book, amiss, pauses });
  }
}

/** Why nobody can say what there should have been of it; null where that can be said. */
export function doubtOf({ from, isWhole, isUnclear, doubt }: RuleStory): string | null {
  if (doubt !== null) return doubt;
  if (from === null) return UNREAD;
  if (!isWhole) return CUT;
  return isUnclear ? UNCLEAR : null;
}

const UNREAD = 'the target does not say since when it goes by the rule';
const CUT = 'what the target has of the devices could not be read to its end';
const UNCLEAR = 'what was added up is so near to a bound, so often, that nobody can say';
