/**
 * The only place where evidence becomes a verdict. A proved violation outranks everything; a
 * promise of which nothing was decided, or too little, is unknown; an objective measured while we
 * stood still ourselves proves nothing in either direction.
 */
import { type CheckerVerdict, errorText, type Plan } from '#kernel';
import { overlaps, type Span, type Stall, type Timeline } from '#oracles';
import type { CheckerKind, Evidence } from '../checker.ts';
import type { LinkOf } from '../link.ts';
import type { CheckerResult } from '../result.ts';
import { formatSpan } from '../wording.ts';
import { FINDINGS_LISTED, noEvidence, reservations } from './evidence.ts';
import type { CheckerInstance } from './instances.ts';
import { hasWorkOf } from './work-of.ts';

/** More than this share undecided, and the checker has not decided. */
const UNDECIDED_SHARE_MAX = 0.05;

/** A stall from here on leaves nothing standing that it overlaps. */
const LONG_STALL_US = 500_000;

/** How the reason begins where a checker could not do its work. */
export const FAILED = 'The checker failed';

/** All that is said where a checker does not apply to the plan. */
export const NOTHING_PLANNED = 'The plan holds nothing for it to decide.';

/** What a verdict is reached with besides the evidence. */
interface Bench {
  plan: Plan;
  timeline: Timeline;
  linkOf: LinkOf;
}

interface Decision {
  verdict: CheckerVerdict;
  /** Said before the checker's own sentence. */
  because: string;
}

/** What a checker throws here makes it unknown, as anywhere. */
export function checkerResult(
  instance: CheckerInstance,
  evidence: Evidence,
  error: string | null,
  bench: Bench,
): CheckerResult {
  const { checker } = instance;
  try {
    return resultOf({ ...instance, checker: named(checker) }, evidence, error, bench);
  } catch (thrown) {
    const label = labelOf(instance);
    const mute = { ...instance, checker: { ...checker, label: () => label } };
    return resultOf(mute, noEvidence(), error ?? errorText(thrown), bench);
  }
}

/** It may be this that throws. */
function labelOf({ checker, params }: CheckerInstance): string {
  try {
    return checker.label?.(params) ?? '';
  } catch {
    return '';
  }
}

/** The same checker; an error says in which of these it came up. */
function named(checker: CheckerKind): CheckerKind {
  const hooks = ['applies', 'window', 'harmed', 'label', 'say'] as const;
  const told = hooks.flatMap((hook) => {
    const action = checker[hook] as ((...given: unknown[]) => unknown) | undefined;
    if (action === undefined) return [];
    const naming = (...given: unknown[]): unknown => {
      try {
        return action.apply(checker, given);
      } catch (error) {
        throw new Error(`${errorText(error)} (in ${hook})`);
      }
    };
    return [[hook, naming] as const];
  });
  return Object.assign(Object.create(checker) as CheckerKind, Object.fromEntries(told));
}

function resultOf(
  instance: CheckerInstance,
  evidence: Evidence,
  error: string | null,
  bench: Bench,
): CheckerResult {
  const { checker, params, expected } = instance;
  const { verdict, because } = decide(instance, evidence, error, bench);
  const label = checker.label?.(params) ?? '';
  const said = verdict === 'not-applicable' || error !== null ? [] : sayings(checker, evidence);
  return {
    id: checker.kind,
    label,
    title: label === '' ? checker.title : `${checker.title} (${label})`,
    refs: checker.refs,
    verdict,
    expected,
    obligations: evidence.obligations,
    decided: evidence.decided,
    undecided: evidence.obligations - evidence.decided,
    summary: [because, ...said].filter((text) => text !== '').join(' '),
    findings: evidence.findings.slice(0, FINDINGS_LISTED),
    findingCount: evidence.findingCount,
  };
}

/** Where nothing was decided, a checker's own sentence would praise nothing: the reasons remain. */
function sayings(checker: CheckerKind, evidence: Evidence): string[] {
  const isEmpty = evidence.decided === 0 && evidence.findingCount === 0;
  return [isEmpty ? '' : checker.say(evidence), ...reservations(evidence)];
}

function decide(
  instance: CheckerInstance,
  evidence: Evidence,
  error: string | null,
  { plan, timeline, linkOf }: Bench,
): Decision {
  const { checker, params, expected } = instance;
  if (error !== null) return { verdict: 'unknown', because: `${FAILED}: ${error}.` };
  // What the plan did not ask for may come up all the same; then it is judged like anything else.
  const isEmpty = evidence.obligations === 0 && evidence.findingCount === 0;
  if (isEmpty && !(hasWorkOf(checker, plan) && checker.applies(plan, params, linkOf))) {
    return { verdict: expected ? 'unknown' : 'not-applicable', because: NOTHING_PLANNED };
  }
  const stall = decisiveStall(instance, evidence, plan, timeline);
  if (stall !== null) return { verdict: 'unknown', because: stallSentence(stall) };
  if (evidence.findingCount > 0) {
    const isOurs = (evidence.ours ?? 0) >= evidence.findingCount;
    return { verdict: isOurs ? 'invalid' : checker.broken, because: '' };
  }
  const { obligations, decided } = evidence;
  if (obligations === 0) return { verdict: 'unknown', because: 'Nothing came up to be decided.' };
  if (decided === 0) return { verdict: 'unknown', because: 'Nothing could be decided.' };
  const undecided = (obligations - decided) / obligations;
  if (undecided > UNDECIDED_SHARE_MAX) {
    return { verdict: 'unknown', because: 'Too much of it could not be decided.' };
  }
  return { verdict: 'pass', because: '' };
}

/**
 * What we measured while standing still proves neither a violation nor its absence. Where a stall
 * can only have harmed, an objective that was kept all the same through a short one was kept: on a
 * shared machine every run has some of those, and they are listed as biases.
 */
function decisiveStall(
  { checker, params }: CheckerInstance,
  evidence: Evidence,
  plan: Plan,
  timeline: Timeline,
): Stall | null {
  const windows = checker.window?.(plan, timeline, params) ?? [];
  const harmed = checker.harmed?.(plan, timeline, params) ?? [];
  const isIn = (stall: Stall, spans: readonly Span[]): boolean =>
    spans.some((span) => overlaps(stall, span));
  const isBroken = evidence.findingCount > 0;
  return (
    timeline.stalls.find(
      (stall) =>
        isIn(stall, windows) ||
        (isIn(stall, harmed) && (isBroken || stall.to - stall.from >= LONG_STALL_US)),
    ) ?? null
  );
}

const stallSentence = (stall: Stall): string =>
  `Our own ${stall.process} stood still for ${formatSpan((stall.to - stall.from) / 1000)} inside the objective's window.`;
