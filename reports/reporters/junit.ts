/**
 * junit.xml, for every CI that reads it: one test suite per run, valid against both schemas in use
 * (Ant's by Windy Road and that of the Jenkins xUnit plug-in). JUnit knows pass, failure, error and
 * skipped, so:
 *
 *   a checker that passed                    passed
 *   a checker that failed                    failure   type="fail": a violation was proved
 *   a checker unknown or invalid             error     type="unknown" / "invalid": nothing was proved, do not trust
 *   a checker not applicable                 skipped
 *   a fault seen to take effect              passed
 *   a fault without effect                   error     type="no-effect"
 *   a fault whose effect was not decided     skipped
 *
 * One more case, `verdict`, carries the run as a whole, so that a suite is never green when the
 * exit code is not 0. Checkers take no time of their own; faults last their window and the run its
 * phases, in seconds of the run.
 */
import { type Markup, markup } from '../plots/markup.ts';
import { defineReporter } from '../reporter.ts';
import type { CheckerResult, Environment, FaultResult, Finding, Result } from '../result.ts';
import {
  checkerName,
  formatCount,
  formatInstant,
  legibleLine,
  MESSAGE_CLASSES,
  mutantWords,
  runSpan,
  whySentence,
} from '../wording.ts';

export default defineReporter({
  kind: 'junit',
  summary: 'JUnit XML: a test case per checker and per fault, and one for the run.',
  file: 'junit.xml',
  render: renderJunit,
});

interface Case {
  className: string;
  name: string;
  seconds: string;
  outcome: {
    kind: 'failure' | 'error' | 'skipped';
    type: string;
    message: string;
    detail: string;
  } | null;
}

function renderJunit(result: Result, environment: Environment): string {
  const cases = [
    verdictCase(result),
    ...result.checkers.map(checkerCase),
    ...result.faults.map(faultCase),
  ];
  const many = (kind: string) => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const span = runSpan(result);
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite id="0" package="twinstorm" name="${named(result.scenario.name)}" timestamp="${timestamp(environment.startedAt)}" hostname="localhost" tests="${cases.length}" failures="${many('failure')}" errors="${many('error')}" skipped="${many('skipped')}" time="${seconds(span.to - span.from)}">
<properties>
${propertiesOf(result).map(([name, value]) => markup`<property name="${name}" value="${legibleLine(value)}"/>\n`)}</properties>
${cases.map(written)}<system-out>${systemOut(result)}</system-out>
<system-err></system-err>
</testsuite>
</testsuites>
`.text;
}

function verdictCase(result: Result): Case {
  const { from, to } = runSpan(result);
  const message = whySentence(result);
  const detail = result.reasons.join('\n');
  return {
    className: 'twinstorm.run',
    name: 'verdict',
    seconds: seconds(to - from),
    outcome:
      result.verdict === 'pass' && result.exitCode !== 0
        ? { kind: 'error', type: `exit-${result.exitCode}`, message, detail }
        : outcomeOf(result.verdict, message, detail),
  };
}

function checkerCase(checker: CheckerResult): Case {
  const beyond = checker.findingCount - checker.findings.length;
  const detail = [
    ...checker.findings.map(findingText),
    ...(beyond > 0 ? [`… and ${formatCount(beyond)} more`] : []),
  ].join('\n\n');
  return {
    className: 'twinstorm.checker',
    name: named(checkerName(checker)),
    seconds: '0.000',
    outcome: outcomeOf(checker.verdict, checker.summary, detail),
  };
}

function faultCase(fault: FaultResult): Case {
  const common = {
    className: 'twinstorm.fault',
    name: named(fault.id),
    seconds: seconds(fault.to - fault.from),
  };
  if (fault.effective === true) return { ...common, outcome: null };
  const [kind, type] =
    fault.effective === false
      ? (['error', 'no-effect'] as const)
      : (['skipped', 'undecided'] as const);
  return { ...common, outcome: { kind, type, message: fault.evidence, detail: '' } };
}

function outcomeOf(
  verdict: CheckerResult['verdict'],
  message: string,
  detail: string,
): Case['outcome'] {
  if (verdict === 'pass') return null;
  const kind = verdict === 'fail' ? 'failure' : verdict === 'not-applicable' ? 'skipped' : 'error';
  return { kind, type: verdict, message, detail };
}

function findingText(finding: Finding): string {
  const events = finding.witness.map(
    (event) => `  ${formatInstant(event.t)}  ${event.who}  ${event.what}`,
  );
  return [`${formatInstant(finding.at)}  ${finding.message}`, ...events].join('\n');
}

function written({ className, name, seconds, outcome }: Case): Markup {
  const head = markup`<testcase classname="${className}" name="${name}" time="${seconds}"`;
  if (outcome === null) return markup`${head}/>\n`;
  const { type, detail } = outcome;
  const message = legibleLine(outcome.message);
  const body =
    outcome.kind === 'failure'
      ? markup`<failure type="${type}" message="${message}">${detail}</failure>`
      : outcome.kind === 'error'
        ? markup`<error type="${type}" message="${message}">${detail}</error>`
        : markup`<skipped message="${message}"/>`;
  return markup`${head}>${body}</testcase>\n`;
}

const propertiesOf = (result: Result): [string, string][] => [
  ['verdict', result.verdict],
  ['exitCode', String(result.exitCode)],
  ['seed', String(result.seed)],
  ['gear', result.gear],
  ['target', `${result.target.kind} ${result.target.name}`],
  ...mutantProperties(result),
  ['devices', String(result.devices)],
  ['scenario.sha256', result.scenario.sha256],
  ['replay', result.replay],
];

function mutantProperties({ target, mutantFired = null }: Result): [string, string][] {
  if (target.mutant === null) return [];
  return [
    ['mutant', target.mutant],
    ['mutant.fired', mutantFired === null ? 'not known' : String(mutantFired)],
  ];
}

function systemOut(result: Result): string {
  const classes = MESSAGE_CLASSES.map(
    ({ key, label }) => `${label} ${formatCount(result.messages[key])}`,
  );
  const mutant = mutantWords(result);
  return [
    `verdict: ${result.verdict} (exit ${result.exitCode}): ${legibleLine(whySentence(result))}`,
    ...(mutant === null ? [] : [`planted: ${legibleLine(mutant)}`]),
    `messages: intended ${formatCount(result.messages.intended)} = ${classes.join(' + ')}; duplicates ${formatCount(result.messages.duplicates)} apart`,
    ...result.checkers.map(
      ({ id, verdict, summary }) => `${id}: ${verdict}. ${legibleLine(summary)}`,
    ),
    ...result.faults.map(({ id, evidence }) => `fault ${id}: ${legibleLine(evidence)}`),
    'mapping: fail is a failure; unknown, invalid and a fault without effect are errors; not applicable and undecided effects are skipped',
    `replay: ${legibleLine(result.replay)}`,
  ].join('\n');
}

/** A name that is never empty, as the schema asks. */
const named = (name: string): string => legibleLine(name).trim() || 'unnamed';

/** Decimal, never negative and never an exponent. */
const seconds = (ms: number): string =>
  Number.isFinite(ms) && ms > 0 ? (ms / 1000).toFixed(3) : '0.000';

/** The schema's date and time carry no zone; ours is UTC. What is no date becomes the epoch. */
const timestamp = (startedAt: string): string =>
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d/.exec(
    startedAt,
  )?.[0] ?? '1970-01-01T00:00:00';
