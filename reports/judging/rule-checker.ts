/** What promises about rules share: they are judged for each rule over each device or place. */
import { inboxOf } from '#kernel';
import { type Hindered, hinderedIn, type Oracles } from '#oracles';
import { type CheckerKind, defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import type { WitnessEvent } from '../result.ts';
import { EvidenceBook } from './evidence.ts';
import { sayRefusals } from './refusals.ts';
import { byItsClock } from './rule-lateness.ts';
import { doubtOf, type RuleStory } from './rule-story.ts';
import { alarmsBeside } from './rule-terms.ts';
import { deviceName, finding, ms } from './witness.ts';

export interface RuleJudge {
  book: EvidenceBook;
  /**
   * Something is amiss with an alarm, at that time of the run, in milliseconds; what was seen of
   * it, the most telling first.
   */
  amiss(at: number, what: string, seen: WitnessEvent[]): void;
  /**
   * When the target could not do what was due, and when it could do it later alone, by the clock
   * that its rules go by.
   */
  hindered: Hindered;
  /** Calls of the inbox that were refused: an alarm may have been among them. */
  refused: WitnessEvent[];
  /** Of the alarms of others that it speaks of, whether they stood at that moment. */
  beside(at: number): WitnessEvent[];
}

/** Who has to read more than that reads nothing. */
const SEEN_MOST = 5;

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

type Refusals = Oracles['rules']['refusals'];

/** From the first of them. */
function refusalsOf(refusals: Refusals): WitnessEvent {
  const t = Math.min(...refusals.map((one) => one.t));
  const why = refusals.find((one) => one.t === t)?.why ?? '';
  const what = `from here on it refused calls in the run: ${sayRefusals(refusals)} (${why})`;
  return { t: ms(t), who: 'inbox', what };
}

function fold(
  { plan, devices, timeline, of }: LaneContext,
  judge: Own['judge'],
  spare: string | undefined,
): LaneFold {
  const rules = of('rules');
  const book = new EvidenceBook();
  const inRun = hinderedIn(timeline, plan);
  const sent = new Set(inboxOf(plan)?.rules.map(({ name }) => name));
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const stories = rules.of(device);
        for (const story of stories) judgeOne(story, stories);
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
      const seen = [{ t: ms(raised * 1000), who: 'target', what: 'raises it, it says' }];
      book.broken(() => finding(sentence, [id], raised * 1000, seen));
    }
  }

  function judgeOne(story: RuleStory, stories: readonly RuleStory[]): void {
    const { rule, subject, ahead } = story;
    const why = doubtOf(story);
    if (why !== null) return book.doubt(why);
    const ofRun = (due: number): number => Math.max(0, due - ahead.likely);
    const own = story.devices.map((device) => deviceName(plan, device));
    const amiss: RuleJudge['amiss'] = (at, what, seen) => {
      const sentence = `the alarm of ${rule.name} over ${subject} ${what}`;
      const inOrder = seen.slice(0, SEEN_MOST).sort((a, b) => a.t - b.t);
      book.also(() => finding(sentence, own.slice(0, 1), ofRun(at) * 1000, inOrder));
    };
    const isSent = sent.has(rule.name);
    const refused = isSent && rules.refusals.length > 0 ? [refusalsOf(rules.refusals)] : [];
    const beside = (at: number): WitnessEvent[] => alarmsBeside(story, at, stories);
    judge(story, { book, amiss, hindered: byItsClock(inRun, story), refused, beside });
  }
}
