/**
 * The last block on the terminal: verdict, why, the account, the first findings, where the files
 * are, and, as the very last line, how to repeat it. Plain text; colour only where the terminal
 * shows it. Names are made legible first: a device name must not be able to move the cursor.
 */
import type { CheckerVerdict } from '#kernel';
import { IdleCheckers } from './idle-checkers.ts';
import type { CheckerResult, Result } from './result.ts';
import {
  checkerName,
  checkersToRead,
  effectWord,
  formatCount,
  formatInstant,
  formatShare,
  formatSpan,
  legibleLine,
  MESSAGE_CLASSES,
  mutantWords,
  plural,
  tallyCheckers,
  unaccounted,
  whySentence,
} from './wording.ts';

export interface ClosingOptions {
  colour: boolean;
  /** What was written, as the caller wants it read; no line when there is none. */
  files?: readonly string[];
  /** What the run broke off for, where its ledger could not say so any more. */
  cause?: string | undefined;
}

const FINDINGS_SHOWN = 3;

export function closingLines(result: Result, options: ClosingOptions): string[] {
  const paint = options.colour ? painted : (_: Tone, text: string) => text;
  const label = (text: string) => paint('dim', text.padEnd(10));
  const idle = new IdleCheckers(result);
  const [why = '', ...more] = reasonsToSay(result, options.cause).filter((one) => !idle.gives(one));
  const files = options.files ?? [];
  const mutant = mutantWords(result);
  return [
    '',
    `${paint(toneOf(result.verdict), ` ${result.verdict.toUpperCase()} `)} ${legibleLine(why)}`,
    ...more.map((reason) => `${' '.repeat(result.verdict.length + 3)}${legibleLine(reason)}`),
    '',
    ...(mutant === null ? [] : [`${label('planted')}${legibleLine(mutant)}`]),
    `${label('messages')}${accountLine(result)}`,
    ...latencyLine(result).map((line) => `${label('latency')}${line}`),
    `${label('checkers')}${checkersLine(result)}`,
    ...checkersToRead(result.checkers.filter((one) => !idle.has(one))).flatMap((checker) =>
      checkerLines(checker).map((line) => paintedFirstWord(line, checker.verdict, paint)),
    ),
    ...idle.lines.map((line) => paintedFirstWord(line, 'unknown', paint)),
    ...faultsLines(result).map((line, index) => `${label(index === 0 ? 'faults' : '')}${line}`),
    ...files.map((file, index) => `${label(index === 0 ? 'files' : '')}${legibleLine(file)}`),
    '',
    `${legibleLine(result.scenario.name)} · seed ${result.seed} · ${result.gear} · replay: ${legibleLine(result.replay)}`,
  ];
}

/** The cause comes before all that follows from it. */
function reasonsToSay(result: Result, cause: string | undefined): string[] {
  const reasons = [whySentence(result), ...result.reasons.slice(1)];
  if (cause === undefined || reasons.some((one) => one.includes(cause))) return reasons;
  return [`The run broke off: ${cause}.`, ...reasons];
}

function accountLine({ messages }: Result): string {
  const classes = MESSAGE_CLASSES.filter(({ key }) => key === 'delivered' || messages[key] > 0);
  const parts = classes.map(({ key, label }) => `${formatCount(messages[key])} ${label}`);
  const missing = unaccounted(messages);
  return `${formatCount(messages.intended)} intended = ${parts.join(' + ')}${
    missing === 0 ? '' : ` (${formatCount(missing)} unaccounted for)`
  }; ${plural(messages.duplicates, 'duplicate')}`;
}

function latencyLine(result: Result): string[] {
  const row = result.latency.find(({ phase }) => phase === 'all') ?? result.latency[0];
  if (row === undefined || row.count === 0) return [];
  return [
    `p50 ${formatSpan(row.p50)} · p90 ${formatSpan(row.p90)} · p99 ${formatSpan(row.p99)} · max ${formatSpan(row.max)}`,
  ];
}

function checkersLine(result: Result): string {
  const tally = tallyCheckers(result.checkers);
  const parts = (['fail', 'invalid', 'unknown', 'pass', 'not-applicable'] as const)
    .filter((verdict) => tally[verdict] > 0)
    .map((verdict) => `${formatCount(tally[verdict])} ${verdict.replace('-', ' ')}`);
  return parts.join(' · ') || 'none judged';
}

/** Only those that did not pass; a quiet run stays quiet. */
function checkerLines(checker: CheckerResult): string[] {
  if (checker.verdict === 'pass' || checker.verdict === 'not-applicable') return [];
  const shown = checker.findings.slice(0, FINDINGS_SHOWN);
  const more = checker.findingCount - shown.length;
  return [
    `  ${checker.verdict} ${legibleLine(checkerName(checker))}: ${legibleLine(checker.summary)}`,
    ...shown.map(({ at, message }) => `       ${formatInstant(at)}  ${legibleLine(message)}`),
    ...(more > 0 && shown.length > 0 ? [`       … and ${formatCount(more)} more`] : []),
  ];
}

function faultsLines(result: Result): string[] {
  if (result.faults.length === 0) return [];
  const effective = result.faults.filter((fault) => fault.effective === true).length;
  return [
    `${formatCount(effective)} of ${formatCount(result.faults.length)} effective`,
    ...result.faults.map((fault) => {
      const { recovery } = fault;
      const back =
        recovery === null || recovery.disconnectedShare === 0
          ? ''
          : `, ${formatShare(recovery.disconnectedShare)} offline, ${
              recovery.to99Ms === null
                ? '99 % never back'
                : `99 % back in ${formatSpan(recovery.to99Ms)}`
            }`;
      return `  ${legibleLine(fault.id)} (${legibleLine(fault.fault)}): ${effectWord(fault.effective)}${back}`;
    }),
  ];
}

type Tone = 'good' | 'bad' | 'doubt' | 'dim';

/**
 * Inverse video for the badge's ground would be unreadable on some palettes: bold and one of the
 * base colours.
 */
const SGR: Readonly<Record<Tone, string>> = { good: '1;32', bad: '1;31', doubt: '1;33', dim: '2' };

const painted = (tone: Tone, text: string): string => `\u001b[${SGR[tone]}m${text}\u001b[0m`;

const toneOf = (verdict: CheckerVerdict): Tone =>
  verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : 'doubt';

function paintedFirstWord(
  line: string,
  verdict: CheckerVerdict,
  paint: (tone: Tone, text: string) => string,
): string {
  return line.replace(/^ {2}([a-z]+)/, (_, word: string) => `  ${paint(toneOf(verdict), word)}`);
}
