/**
 * What is to follow from an alarm is decided once, for each that there is and for no other, and the
 * decision names what truly made it so.
 */
import { actsOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type Evidence, type LaneContext, type LaneFold } from '../checker.ts';
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
  start: (context) => new Once(context),
  say: ({ decided, findingCount, figures }) => {
    const [done, held] = [DONE, HELD].map((name) => formatCount(figures[name] ?? 0));
    const decisions = plural(decided, 'decision');
    return findingCount === 0
      ? `${decisions}, one of each act for each of its alarms, say truly why: ` +
          `${done} did it, ${held} held it.`
      : `With ${decisions} that were due or made ${formatCount(findingCount)} are amiss.`;
  },
});

const DONE = 'decisions to do it';
const HELD = 'decisions to hold it';

class Once implements LaneFold {
  readonly ops = [];
  readonly #context: LaneContext;
  readonly #acts: Oracles['acts'];
  readonly #book = new EvidenceBook();

  constructor(context: LaneContext) {
    this.#context = context;
    this.#acts = context.of('acts');
  }

  end(): Evidence {
    for (const device of this.#context.devices) this.#judge(device);
    return this.#book.close();
  }

  #judge(device: number): void {
    const stories = this.#acts.storiesOf(device);
    if (stories.length > 0 && !this.#acts.isWhole) return this.#book.doubt(CUT, stories.length);
    for (const story of stories) this.#judgeStory(story, device);
    for (const stray of this.#acts.strayOf(device)) {
      this.#book.kept();
      const what = `what ${stray.act} decided of ${stray.subject} was asked for by nobody`;
      this.#accuse(device, stray, what);
    }
    for (const decision of this.#acts.decisionsOf(device)) {
      const shared = this.#acts.sharing(decision);
      if (shared !== null) this.#accuse(device, decision, sharedBy(decision, shared));
      const { amiss, doubt } = this.#acts.causeAmiss(decision);
      if (doubt !== null) this.#book.doubt(doubt);
      if (amiss === null) continue;
      this.#accuse(device, decision, `${decision.act} of ${decision.subject} ${amiss}`);
    }
  }

  #judgeStory({ act, subject, from, due, besides }: ActStory, device: number): void {
    if (from === null) return this.#book.doubt(UNREAD);
    for (const { at, told, isOpen, isUntold, lateMs } of due) {
      const [first, second] = told;
      const alarm = `the alarm that is ${act.on} by the moment of ${at} ms over ${subject}`;
      if (first === undefined && isUntold) {
        this.#book.doubt(UNTOLD);
        continue;
      }
      if (first === undefined && isOpen) {
        this.#book.notOwed('the alarm came as the act began, or as the target was asked');
        continue;
      }
      this.#book.kept();
      if (first !== undefined) this.#book.figure(first.done ? DONE : HELD);
      if (first === undefined) this.#miss(device, at, `${act.name} decides nothing of ${alarm}`);
      else if (second !== undefined) {
        this.#accuse(device, second, `${act.name} decides ${told.length} times of ${alarm}`);
      } else if (lateMs > 0 && act.on === 'raised') {
        const what = `${act.name} decides ${lateMs} ms too late of ${alarm}`;
        this.#accuse(device, first, what);
      } else if (lateMs > 0) this.#book.doubt(UNCLEARED);
    }
    for (const decision of besides) {
      this.#book.kept();
      const what = `${act.name} decides of ${subject}, and no alarm is told of that`;
      this.#accuse(device, decision, what);
    }
  }

  #accuse(device: number, decision: Decision, what: string): void {
    const who = [deviceName(this.#context.plan, device)];
    const at = this.#acts.timeOf(decision);
    this.#book.also(() => finding(what, who, at * 1000, decisionEvents(decision, at)));
  }

  #miss(device: number, at: number, what: string): void {
    const who = deviceName(this.#context.plan, device);
    const seen = [{ t: at, who, what: 'the moment of the alarm' }];
    this.#book.also(() => finding(what, [who], at * 1000, seen));
  }
}

const sharedBy = ({ act, subject, key, at }: Decision, { act: other, ...one }: Decision): string =>
  `what ${act} decided of ${subject} by the moment of ${at} ms bears the key ${key} of what ` +
  `${other} had done of ${one.subject} by that of ${one.at} ms`;

const UNCLEARED =
  'something follows late from the end of an alarm, and nobody can say when that was';
const CUT = 'what the target decided could not be read to its end';
const UNTOLD = 'nothing follows from the end of an alarm, and nobody can say when that was';
const UNREAD = 'the target does not say since when it does what is asked';
