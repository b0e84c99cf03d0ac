/**
 * One test suite of junit.xml, from a result. A file over several runs holds several of them, and
 * then each says whose its cases are: those who gather them know a case by its class and name.
 */
import { type Markup, markup } from '../../plots/markup.ts';
import type { CheckerResult, Environment, FaultResult, Finding, Result } from '../../result.ts';
import {
  checkerName,
  formatCount,
  formatInstant,
  legibleLine,
  MESSAGE_CLASSES,
  mutantWords,
  runSpan,
  whySentence,
} from '../../wording.ts';

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

/** Where a suite stands among others; alone it is called after its scenario. */
export interface SuitePlace {
  id: number;
  /** Nobody else's: whoever gathers test cases knows them by class and name. */
  label: string;
}

export function suiteOf(result: Result, environment: Environment, place?: SuitePlace): Markup {
  const cases = [
    verdictCase(result, environment),
    ...result.checkers.map(checkerCase),
    ...result.faults.map(faultCase),
  ];
  return suite({
    id: place?.id ?? 0,
    name: place?.label ?? result.scenario.name,
    owner: place?.label ?? null,
    startedAt: environment.startedAt,
    seconds: secondsOf(result, environment),
    properties: propertiesOf(result),
    cases,
    said: systemOut(result),
  });
}

/** What never came to a verdict: a scenario with mistakes, a target that is not there. */
export function suiteOfError(place: SuitePlace, type: string, why: readonly string[]): Markup {
  const [message = '', ...more] = why;
  const outcome = { kind: 'error' as const, type, message, detail: more.join('\n') };
  return suite({
    id: place.id,
    name: place.label,
    owner: place.label,
    startedAt: '',
    seconds: '0.000',
    properties: [],
    cases: [{ className: 'run', name: 'verdict', seconds: '0.000', outcome }],
    said: '',
  });
}

export const document = (suites: readonly Markup[]): string =>
  markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
${suites}</testsuites>
`.text;

interface Suite {
  id: number;
  name: string;
  /** Whose cases they are, where there are more suites than one. */
  owner: string | null;
  startedAt: string;
  seconds: string;
  properties: readonly [string, string][];
  cases: readonly Case[];
  said: string;
}

function suite({ id, name, owner, startedAt, seconds, properties, cases, said }: Suite): Markup {
  const many = (kind: string) => cases.filter(({ outcome }) => outcome?.kind === kind).length;
  const whose = owner === null ? 'twinstorm' : `twinstorm.${named(owner)}`;
  return markup`<testsuite id="${id}" package="twinstorm" name="${named(name)}" timestamp="${timestamp(startedAt)}" hostname="localhost" tests="${cases.length}" failures="${many('failure')}" errors="${many('error')}" skipped="${many('skipped')}" time="${seconds}">
<properties>
${properties.map(([key, value]) => markup`<property name="${key}" value="${legibleLine(value)}"/>\n`)}</properties>
${cases.map((one) => written(one, whose))}<system-out>${said}</system-out>
<system-err></system-err>
</testsuite>
`;
}

/** How long a run took: in the sim gear by its own clock, which is all that its figures know. */
function secondsOf(result: Result, environment: Environment): string {
  const { from, to } = runSpan(result);
  return seconds(result.gear === 'real' ? environment.wallSeconds * 1000 : to - from);
}

function verdictCase(result: Result, environment: Environment): Case {
  const message = whySentence(result);
  const detail = result.reasons.join('\n');
  return {
    className: 'run',
    name: 'verdict',
    seconds: secondsOf(result, environment),
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
    className: 'checker',
    name: named(checkerName(checker)),
    seconds: '0.000',
    outcome: outcomeOf(checker.verdict, checker.summary, detail),
  };
}

function faultCase(fault: FaultResult): Case {
  const common = {
    className: 'fault',
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

function written({ className, name, seconds, outcome }: Case, whose: string): Markup {
  const head = markup`<testcase classname="${whose}.${className}" name="${name}" time="${seconds}"`;
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
