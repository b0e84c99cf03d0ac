/**
 * summary.md: the run on one CI job page. Verdict and why come first, then what a reviewer asks
 * next: the message account, what was checked, what went wrong where, and the line that repeats it.
 * Every name is escaped: a table must survive a device called `a|b`, and a page one called `<img>`.
 */
import type { CheckerVerdict } from '#kernel';
import { defineReporter } from '../reporter.ts';
import type { Chapter, CheckerResult, Result, SpanRow } from '../result.ts';
import {
  checkerName,
  checkersToRead,
  effectWord,
  figureText,
  formatCount,
  formatInstant,
  formatShare,
  formatSpan,
  legibleLine,
  MESSAGE_CLASSES,
  mutantWords,
  shareOf,
  unaccounted,
  wallClockOf,
  whySentence,
} from '../wording.ts';

export default defineReporter({
  kind: 'summary',
  summary: 'Markdown for the job page of a CI run.',
  file: 'summary.md',
  render: (result, environment) =>
    [
      ...headLines(result),
      ...messageLines(result),
      ...(result.chapters ?? []).flatMap(chapterLines),
      ...checkerLines(result),
      ...findingLines(result, wallClockOf(environment)),
      ...faultLines(result, wallClockOf(environment)),
      ...latencyLines(result),
      ...(result.biases.length === 0 ? [] : ['', '### Known biases', '']),
      ...result.biases.map((bias) => `- ${safe(bias)}`),
      '',
      '### Replay',
      '',
      ...fenced(result.replay),
    ]
      .join('\n')
      .concat('\n'),
});

const MARK: Readonly<Record<CheckerVerdict, string>> = {
  pass: '✅ pass',
  fail: '❌ fail',
  invalid: '🚫 invalid',
  unknown: '❔ unknown',
  'not-applicable': '➖ not applicable',
};

/**
 * Findings spelled out per checker; job pages cut long summaries off, so the rest is only counted.
 */
const FINDINGS_SHOWN = 5;

function headLines(result: Result): string[] {
  const { target } = result;
  const words = mutantWords(result);
  const mutant = words === null ? '' : ` · planted ${safe(words)}`;
  return [
    `## ${MARK[result.verdict]}: ${safe(result.scenario.name)}`,
    '',
    `**${safe(whySentence(result))}**`,
    '',
    ...result.reasons.slice(1).map((reason) => `- ${safe(reason)}`),
    ...(result.reasons.length > 1 ? [''] : []),
    ...(result.scenario.about === '' ? [] : [safe(result.scenario.about), '']),
    `Seed ${result.seed} · ${result.gear} gear · ${safe(target.kind)} ${safe(target.name)}${mutant} · ${formatCount(result.devices)} devices · exit ${result.exitCode}`,
  ];
}

function messageLines({ messages }: Result): string[] {
  const missing = unaccounted(messages);
  return [
    '',
    '### Messages',
    '',
    ...table(
      ['intended', ...MESSAGE_CLASSES.map(({ label }) => label), 'duplicates'],
      [
        [
          formatCount(messages.intended),
          ...MESSAGE_CLASSES.map(({ key }) => {
            const share = formatShare(shareOf(messages[key], messages.intended));
            return messages[key] === 0 ? '0' : `${formatCount(messages[key])} (${share})`;
          }),
          formatCount(messages.duplicates),
        ],
      ],
      '---:',
    ),
    ...(missing === 0
      ? []
      : ['', `⚠️ The classes do not add up: ${formatCount(missing)} unaccounted for.`]),
  ];
}

function chapterLines({ title, lead, figures, spans }: Chapter): string[] {
  const measured = spans.filter(({ count }) => count > 0);
  return [
    '',
    `### ${safe(title)}`,
    '',
    safe(lead),
    ...(figures.length === 0 ? [] : ['']),
    ...figures.map(({ label, value, unit }) => `- ${safe(label)}: ${figureText(value, unit)}`),
    ...(measured.length === 0 ? [] : ['', ...spanTable('what', measured)]),
  ];
}

function checkerLines(result: Result): string[] {
  const rows = checkersToRead(result.checkers)
    .filter(({ verdict }) => verdict !== 'not-applicable')
    .map((checker) => [
      MARK[checker.verdict],
      safe(checkerName(checker)),
      `${formatCount(checker.decided)} of ${formatCount(checker.obligations)}`,
      safe(checker.summary),
    ]);
  const silent = result.checkers.filter(({ verdict }) => verdict === 'not-applicable');
  return [
    '',
    '### Checkers',
    '',
    ...(rows.length === 0
      ? ['No checker judged this run.']
      : table(['verdict', 'checker', 'decided', 'what was seen'], rows)),
    ...(silent.length === 0
      ? []
      : ['', `Not applicable: ${silent.map(({ id }) => safe(id)).join(', ')}.`]),
  ];
}

/** An instant of the run by its own clock, and by the machine's where that is known. */
type WallClock = ReturnType<typeof wallClockOf>;

function instantOf(ms: number, clock: WallClock): string {
  const wall = clock(ms);
  return wall === '' ? formatInstant(ms) : `${formatInstant(ms)} (${wall} UTC)`;
}

function findingLines(result: Result, clock: WallClock): string[] {
  const broken = checkersToRead(result.checkers).filter(({ findings }) => findings.length > 0);
  if (broken.length === 0) return [];
  return ['', '### Findings', '', ...broken.flatMap((checker) => findingsOf(checker, clock))];
}

function findingsOf(checker: CheckerResult, clock: WallClock): string[] {
  const shown = checker.findings.slice(0, FINDINGS_SHOWN);
  const more = checker.findingCount - shown.length;
  return [
    `- **${safe(checkerName(checker))}**`,
    ...shown.flatMap((finding) => [
      `  - ${instantOf(finding.at, clock)}: ${safe(finding.message)}`,
      ...finding.witness.map(
        ({ t, who, what }) => `    - ${formatInstant(t)} ${safe(who)}: ${safe(what)}`,
      ),
    ]),
    ...(more > 0 ? [`  - … and ${formatCount(more)} more`] : []),
  ];
}

function faultLines(result: Result, clock: WallClock): string[] {
  if (result.faults.length === 0) return [];
  const rows = result.faults.map((fault) => [
    safe(fault.id),
    safe(fault.fault),
    `${instantOf(fault.from, clock)} – ${instantOf(fault.to, clock)}`,
    formatCount(fault.targets),
    effectWord(fault.effective),
    fault.recovery === null ? '–' : formatShare(fault.recovery.disconnectedShare),
    formatSpan(fault.recovery?.to99Ms ?? null),
    safe(fault.evidence),
  ]);
  const titles = [
    'fault',
    'kind',
    'window',
    'targets',
    'effect',
    'disconnected',
    '99 % back after',
    'evidence',
  ];
  return ['', '### Faults', '', ...table(titles, rows)];
}

function latencyLines({ latency }: Result): string[] {
  if (latency.length === 0) return [];
  const rows = latency.map(({ phase, ...figures }) => ({ name: phase, ...figures }));
  return ['', '### Latency', '', ...spanTable('phase', rows)];
}

function spanTable(of: string, spans: readonly SpanRow[]): string[] {
  const rows = spans.map((row) => [
    safe(row.name),
    formatCount(row.count),
    ...[row.p50, row.p90, row.p99, row.p999, row.max].map(formatSpan),
  ]);
  return table([of, 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'], rows, '---:');
}

function table(titles: string[], rows: string[][], align = '---'): string[] {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(titles),
    line(titles.map((_, index) => (index === 0 ? '---' : align))),
    ...rows.map(line),
  ];
}

/** A fence longer than any run of backquotes inside. */
function fenced(command: string): string[] {
  const line = legibleLine(command);
  const longest = Math.max(2, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, line, fence];
}

/** One line of plain text, whatever it contains. */
const safe = (text: string): string =>
  legibleLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]|~#!{}]/g, '\\$&');
