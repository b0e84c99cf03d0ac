/**
 * Guards hold what they must, and nothing else: no act is done again in its dead time, more often
 * than it may be, against another that keeps what it would set, or while the operator has stopped
 * all of it; and nothing is held without the reason that is told.
 */
import { actsOf, HELD_WHY, type HeldWhy } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { decisionEvents, outcomeOf } from '../judging/act-events.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type Decision = ReturnType<Oracles['acts']['decisionsOf']>[number];
type Judged = NonNullable<ReturnType<Oracles['acts']['guardsOn']>>;

export default defineChecker({
  kind: 'guard-held',
  title: 'Guards hold what they must, and nothing else',
  refs: ['R1'],
  summary: 'Nothing is done that a guard forbids or while all is stopped, nor held for no reason.',
  judges: 'always',
  workflow: 'acts',
  broken: 'fail',
  params: {},
  asks: ['acts'],
  applies: (plan) => actsOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `Guards had their way in ${plural(decided, 'decision')}.`
      : `Guards were not heeded in ${formatCount(findingCount)} of ${plural(decided, 'decision')}.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const acts = of('acts');
  const book = new EvidenceBook();
  const judge = (decision: Decision): void => {
    if (!acts.isWhole) return book.doubt('what the target decided could not be read to its end');
    const judged = acts.guardsOn(decision);
    if (judged === null) return;
    if (decision.why === 'refused' && acts.mayBeRefused(decision.act)) {
      return book.notOwed('the campaign that it should hold refused');
    }
    const what = decision.done ? doneAmiss(judged) : heldAmiss(decision, judged);
    if (what === null && hangsOnStop(decision, judged)) return book.doubt(UNHEARD);
    book.kept();
    if (what === null) return;
    const { act, subject, device } = decision;
    const at = acts.timeOf(decision);
    const says = `${act} of ${subject} is ${outcomeOf(decision)}`;
    book.also(() =>
      finding(
        `${says}, ${what}`,
        [deviceName(plan, device)],
        at * 1000,
        decisionEvents(decision, at),
      ),
    );
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) for (const one of acts.decisionsOf(device)) judge(one);
      return book.close();
    },
  };
}

const UNHEARD = 'nobody can say whether the operator had stopped it by then';

/** Whether it was right is for the word of the operator alone to say, and that nobody knows. */
const hangsOnStop = ({ done, why }: Decision, { stop }: Judged): boolean =>
  stop === 'open' && (done || why === 'stopped');

function doneAmiss({ reasons, keepers, stop }: Judged): string | null {
  if (stop === 'off') return 'while the operator had stopped all of it';
  const [first] = reasons;
  if (first === undefined) return null;
  const keeper = first === 'conflict' ? ` with ${keepers.join(', ')}` : '';
  return `and should be held: ${first}${keeper}`;
}

/** Any guard that held it will do as its reason, and the word of the operator too. */
function heldAmiss({ why, by }: Decision, { reasons, keepers, stop }: Judged): string | null {
  const known: HeldWhy | undefined = HELD_WHY.find((one) => one === why);
  if (known === undefined) return 'which is no reason';
  if (known === 'stopped') return stop === 'on' ? 'while the operator let it go on' : null;
  if (!reasons.includes(known)) return 'and nothing held it so';
  return known === 'conflict' && !keepers.includes(by) ? 'which keeps nothing of it' : null;
}
