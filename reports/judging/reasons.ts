/**
 * Why the verdict is what it is: one sentence per reason, the weightiest first. Beside the checkers
 * there are reasons of the run itself: a steady state that never came, a halt, an end before its
 * time, a planted bug that never fired.
 */
import {
  type CheckerVerdict,
  formatDuration,
  isHole,
  type Plan,
  type Verdict,
  worstVerdict,
} from '#kernel';
import { LEDGER_TORN, overlaps, type Timeline } from '#oracles';
import type { CheckerKind } from '../checker.ts';
import type { CheckerResult } from '../result.ts';
import { checkerName, plural } from '../wording.ts';
import { unknownExpectations } from './instances.ts';
import { mutantOf } from './planned.ts';
import { troublesText } from './troubles-text.ts';
import { inSeconds } from './witness.ts';

export interface Reason {
  verdict: Verdict;
  text: string;
}

/** A timer may come a little early. */
const EARLY_US = 100_000;

const ORDER: readonly Verdict[] = ['fail', 'invalid', 'unknown', 'pass'];

/** The first one's verdict is the run's; `unaccounted`: why there is no account of it. */
export function reasonsFor(
  plan: Plan,
  timeline: Timeline,
  checkers: readonly CheckerResult[],
  kinds: readonly CheckerKind[],
  unaccounted: string | null,
): Reason[] {
  const doubting = new Set(kinds.filter(({ doubtsHalts }) => doubtsHalts).map(({ kind }) => kind));
  const saturated = checkers.some(({ id, verdict }) => doubting.has(id) && verdict === 'invalid');
  const reasons: Reason[] = [
    ...haltReasons(plan, timeline, saturated),
    ...breakReasons(timeline),
    ...runReasons(plan, timeline),
    ...accountReasons(unaccounted),
    ...mutantReasons(plan, timeline),
    ...unknownExpectations(plan, kinds).map(
      (kind): Reason => ({
        verdict: 'unknown',
        text: `The scenario expects ${kind}, and there is no such checker here.`,
      }),
    ),
    ...checkers.flatMap(checkerReason),
    ...unreadReasons(timeline, checkers),
  ];
  const sorted = ORDER.flatMap((verdict) => reasons.filter((one) => one.verdict === verdict));
  const [first] = sorted;
  if (first !== undefined) {
    const lost = lostSentences(timeline).map((text) => ({ verdict: first.verdict, text }));
    return [first, ...lost, ...sorted.slice(1)];
  }
  return [passReason(checkers)];
}

function haltReasons(plan: Plan, timeline: Timeline, saturated: boolean): Reason[] {
  const held = Math.max(0, ...plan.stopWhen.map((rule) => rule.forMs)) * 1000;
  return timeline.halts.map(({ t, text }): Reason => {
    const window = { from: t - held - 1_000_000, to: t + 1 };
    const stalled = timeline.stalls.some((stall) => overlaps(stall, window));
    const said = `A stop condition halted the run at ${inSeconds(t)}: ${text}`;
    const why = whyDoubted({ stalled, saturated, isWhole: timeline.isWhole });
    if (why !== null) return { verdict: 'invalid', text: `${said}, but ${why}.` };
    return { verdict: 'fail', text: `${said}.` };
  });
}

/** What takes away what a halt proves; null for nothing. */
function whyDoubted(ours: { stalled: boolean; saturated: boolean; isWhole: boolean }) {
  if (ours.stalled) return 'we stood still ourselves';
  if (!ours.isWhole) return LEDGER_TORN;
  return ours.saturated ? 'we were saturated ourselves' : null;
}

/** Told before all else that is invalid: the rest follows from it. */
function breakReasons({ brokeOff }: Timeline): Reason[] {
  if (brokeOff === null) return [];
  const text = `The run broke off at ${inSeconds(brokeOff.t)}: ${brokeOff.text}.`;
  return [{ verdict: 'invalid', text }];
}

function runReasons(plan: Plan, timeline: Timeline): Reason[] {
  const { gate, own, unreadable } = timeline;
  if (timeline.segments.every((segment) => segment.entries === 0) && unreadable.length === 0) {
    return [{ verdict: 'invalid', text: 'There is no ledger: nothing was run.' }];
  }
  if (own === null) return [{ verdict: 'invalid', text: NOBODY_TELLS }];
  if (!own.closed) return [{ verdict: 'invalid', text: notEnded(timeline) }];
  // What is not told here may have been lost: there is a checker that says so.
  if (own.damage.some(isHole)) return [];
  if (gate !== null && !gate.open) {
    const why = troublesText(timeline.troubles);
    return [{ verdict: 'invalid', text: `The steady state never came: ${gate.text}${why}.` }];
  }
  if (overran(plan, timeline)) {
    const bound = formatDuration(plan.bounds.durationMs);
    const text = `The run went on beyond its bound of ${bound} and was ended there.`;
    return [{ verdict: 'invalid', text }];
  }
  if (timeline.halts.length > 0) return [];
  const whole = isWhole(plan, timeline);
  if (gate === null) {
    // Nothing but a person ends a run in good order before that.
    const unjudged = 'before its steady state was judged';
    const text = whole
      ? `The run ended ${unjudged}.`
      : `The run was stopped by hand ${unjudged}, ${stoppedAt(plan, timeline)}.`;
    return [{ verdict: 'invalid', text }];
  }
  if (whole) return [];
  const text = `The run was stopped before its time, ${stoppedAt(plan, timeline)}.`;
  return [{ verdict: 'invalid', text }];
}

const NOBODY_TELLS =
  "Nobody tells of the run as a whole: the harness's own segment of its ledger cannot be read.";

/** A process of ours was lost or made a mistake, or the end of what it wrote was cut off. */
const notEnded = (timeline: Timeline): string =>
  `The run did not come to its end, or its ledger was cut: it breaks off ${lastWord(timeline)}.`;

const lastWord = (timeline: Timeline): string =>
  `at ${inSeconds(timeline.end)} (${timeline.phases.at(-1)?.name ?? 'start'})`;

/** Who stops a run has it drain at once: that is how it ends, and no place where it was stopped. */
function stoppedAt(plan: Plan, timeline: Timeline): string {
  const planned = plan.phases.find(({ name }) => name === 'drain');
  const drain = timeline.phase('drain');
  if (planned === undefined || drain === null) return lastWord(timeline);
  if (drain.from + EARLY_US >= planned.from * 1000) {
    const isOver = drain.to < Number.POSITIVE_INFINITY;
    return isOver ? `at ${inSeconds(drain.to)} (drain)` : lastWord(timeline);
  }
  const before = timeline.phases.findLast(({ name }) => name !== 'drain');
  return `at ${inSeconds(drain.from)} (${before?.name ?? 'start'})`;
}

/** Without our own account of its messages nothing is known of a run. */
function accountReasons(error: string | null): Reason[] {
  if (error === null) return [];
  const text = `Our own account of the messages could not be kept: ${error}.`;
  return [{ verdict: 'invalid', text }];
}

/** A bug that did nothing was noticed by nobody: a run with it says nothing of who would. */
function mutantReasons(plan: Plan, { fired }: Timeline): Reason[] {
  const mutant = mutantOf(plan);
  if (mutant === null || (fired ?? 0) > 0) return [];
  const text =
    fired === null
      ? `Whether the planted bug ${mutant} did anything is not known: nobody counted.`
      : `The planted bug ${mutant} never fired: this run cannot show who would catch it.`;
  return [{ verdict: 'unknown', text }];
}

/** What could not be read back makes nothing unknown by itself: it says why something is. */
function unreadReasons(timeline: Timeline, checkers: readonly CheckerResult[]): Reason[] {
  if (!checkers.some(({ verdict }) => verdict === 'unknown')) return [];
  return unreadSentences(timeline).map((text) => ({ verdict: 'unknown', text }));
}

/** A target that died of itself decides nothing, and explains most of what follows from it. */
export const lostSentences = ({ lost }: Timeline): string[] =>
  lost.map((why) => `The target was lost: ${why}.`);

export const unreadSentences = ({ unread }: Timeline): string[] =>
  unread.map(({ port, why }) => `The list of ${port} could not be read to its end: ${why}.`);

/** Whether the run lasted as long as it was planned to: who stops it in `settle` ends it early. */
function isWhole(plan: Plan, timeline: Timeline): boolean {
  const planned = plan.phases.find(({ name }) => name === 'drain');
  const drain = timeline.phase('drain');
  if (planned === undefined || drain === null || timeline.phase('settle') === null) return false;
  if (drain.to === Number.POSITIVE_INFINITY) return false;
  const lasted = drain.to - drain.from + EARLY_US >= (planned.to - planned.from) * 1000;
  return lasted && drain.from + EARLY_US >= planned.from * 1000;
}

/**
 * Whether it was ended at the plan's bound on its time. Who stops a run by hand ends its drain, or
 * keeps it from beginning when it was due, well before that.
 */
function overran(plan: Plan, timeline: Timeline): boolean {
  const planned = plan.phases.find(({ name }) => name === 'drain');
  const drain = timeline.phase('drain');
  if (planned === undefined || drain === null || isWhole(plan, timeline)) return false;
  const late = drain.to + EARLY_US >= plan.bounds.durationMs * 1000;
  return late && drain.to < Number.POSITIVE_INFINITY && drain.from >= planned.from * 1000;
}

/** A fail names its first finding; what passed or had nothing to say gives no reason. */
function checkerReason(checker: CheckerResult): Reason[] {
  const { verdict } = checker;
  if (!isReason(verdict)) return [];
  const [first] = checker.findings;
  const count = checker.findingCount > 1 ? ` (${plural(checker.findingCount, 'finding')})` : '';
  const what = first === undefined ? checker.summary : `${first.message}${count}`;
  return [{ verdict, text: `${checkerName(checker)}: ${what}` }];
}

const isReason = (verdict: CheckerVerdict): verdict is 'fail' | 'invalid' | 'unknown' =>
  verdict === 'fail' || verdict === 'invalid' || verdict === 'unknown';

function passReason(checkers: readonly CheckerResult[]): Reason {
  const passed = checkers.filter((checker) => checker.verdict === 'pass').length;
  if (worstVerdict(checkers.map((checker) => checker.verdict)) !== 'pass') {
    return { verdict: 'unknown', text: 'No checker had anything to decide.' };
  }
  const text = `${plural(passed, 'checker')} passed; none failed and none was left undecided.`;
  return { verdict: 'pass', text };
}
