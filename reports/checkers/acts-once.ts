/**
 * What is to follow from an alarm is decided once, for each that there is and for no other, and the
 * decision names what truly made it so.
 */
import { actsOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { decisionEvents } from '../judging/act-events.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type ActStory = ReturnType<Oracles['acts']['storiesOf']>[number];
type Decision = ReturnType<Oracles['acts']['decisionsOf']>[number];

export default defineChecker({
  kind: 'acts-once',
  title: 'One thing follows from one alarm, and says why',
  refs: ['R1'],
  summary: 'Of each alarm each act decides once, and names its true cause; it decides of no other.',
  judges: 'always',
  workflow: 'acts',
  broken: 'fail',
  params: {},
  asks: ['acts'],
  applies: (plan) => actsOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `Of ${plural(decided, 'alarm')} one thing followed each, and says truly why.`
      : `Of ${plural(decided, 'alarm')} ${formatCount(findingCount)} were not followed as they should.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const acts = of('acts');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) judge(device);
      return book.close();
    },
  };

  function judge(device: number): void {
    const stories = acts.storiesOf(device);
    if (stories.length > 0 && !acts.isWhole) return book.doubt(CUT, stories.length);
    for (const story of stories) judgeStory(story, device);
    for (const stray of acts.strayOf(device)) {
      book.kept();
      accuse(
        device,
        stray,
        `what ${stray.act} decided of ${stray.subject} was asked for by nobody`,
      );
    }
    for (const decision of acts.decisionsOf(device)) judgeCause(device, decision);
  }

  function judgeStory({ act, subject, from, due, besides }: ActStory, device: number): void {
    if (from === null) return book.doubt(UNREAD);
    for (const { at, told, isOpen } of due) {
      const [first, second] = told;
      const alarm = `the alarm that is ${act.on} by the moment of ${at} ms over ${subject}`;
      if (first === undefined && isOpen) {
        book.notOwed('the alarm came as the act began, or as the target was asked');
        continue;
      }
      book.kept();
      if (first === undefined) accuseAt(device, at, `${act.name} decides nothing of ${alarm}`);
      else if (second !== undefined) {
        accuse(device, second, `${act.name} decides ${told.length} times of ${alarm}`);
      }
    }
    for (const decision of besides) {
      book.kept();
      accuse(device, decision, `${act.name} decides of ${subject}, and no alarm is told of that`);
    }
  }

  function judgeCause(device: number, decision: Decision): void {
    const { amiss, doubt } = acts.causeAmiss(decision);
    if (doubt !== null) book.doubt(doubt);
    if (amiss !== null) accuse(device, decision, `${decision.act} of ${decision.subject} ${amiss}`);
  }

  function accuse(device: number, decision: Decision, what: string): void {
    const { decided } = decision;
    book.also(() =>
      finding(what, [deviceName(plan, device)], decided * 1000, decisionEvents(decision)),
    );
  }

  function accuseAt(device: number, at: number, what: string): void {
    const seen = [{ t: at, who: deviceName(plan, device), what: 'the moment of the alarm' }];
    book.also(() => finding(what, [deviceName(plan, device)], at * 1000, seen));
  }
}

const CUT = 'what the target decided could not be read to its end';
const UNREAD = 'the target does not say since when it does what is asked';
